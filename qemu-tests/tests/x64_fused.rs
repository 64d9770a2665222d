//! Fused products and sums: the three orders of operands, packed and scalar, of every precision; VEX and EVEX encodings.
//! Destination in register 0, sources in 1 and 2; at `rdi`, `rdi + 256`, `rdi + 512`.
#![cfg(target_arch = "x86_64")]

use bareasm_qemu_tests::{avx, avx512, rows, table, with, Float, Kind, Room};

/// A product and sum in a lane: its operands by their roles (factors and summand), and signs.
fn lane<T: Float>(o: &Room, i: usize, roles: [usize; 3], product: f64, sum: f64) -> T {
    let [a, b, c] = roles.map(|operand| match operand {
        1 => o.d::<T>(i),
        2 => o.n(i),
        _ => o.m(i),
    });
    T::nearest(a.get() * product).fused(b, T::nearest(c.get() * sum))
}

/// Every instruction of one precision; the names in the order `132`, `213`, `231`.
macro_rules! fused {
    ($feature:tt $kind:ident $f:ident: $($product:literal $even:literal $odd:literal $($p132:ident $p213:ident $p231:ident),* ; $($s132:ident $s213:ident $s231:ident)?;)*) => { $(
        $(fused!(@ packed $feature $kind $f $product $even $odd $p132 1 3 2; $p213 2 1 3; $p231 2 3 1);)*
        $(fused!(@ scalar $feature $kind $f $product $even $s132 1 3 2; $s213 2 1 3; $s231 2 3 1);)?
    )* };
    (@ packed "fma" $kind:ident $f:ident $product:literal $even:literal $odd:literal $($name:ident $a:literal $b:literal $c:literal);*) => {
        with!("fma", "fused products and sums of 256 bits", table::vectors(32, Kind::$kind, rows!(avx VECTORS: $(
            (d n m) [$name Ry(d), Ry(n), Ry(m)] |o| o.make(|i| lane::<$f>(o, i, [$a, $b, $c], $product, if i % 2 == 0 { $even } else { $odd }));
            [$name ymm0, ymm1, [rdi + 512]] |o| o.make(|i| lane::<$f>(o, i, [$a, $b, $c], $product, if i % 2 == 0 { $even } else { $odd }));
        )*)));
        fused!(@ packed "avx512f" $kind $f $product $even $odd $($name $a $b $c);*);
    };
    (@ packed $feature:tt $kind:ident $f:ident $product:literal $even:literal $odd:literal $($name:ident $a:literal $b:literal $c:literal);*) => {
        with!($feature "avx512bw", "fused products and sums of 512 bits", table::vectors(64, Kind::$kind, rows!(avx512 ALL_VECTORS: $(
            (d n m) [$name Rz(d) {k1}, Rz(n), Rz(m)] |o| o.masked::<$f>(o.make(|i| lane::<$f>(o, i, [$a, $b, $c], $product, if i % 2 == 0 { $even } else { $odd })), false);
            [$name zmm0, zmm1, zmm2, {rn-sae}] |o| o.make(|i| lane::<$f>(o, i, [$a, $b, $c], $product, if i % 2 == 0 { $even } else { $odd }));
        )*)));
    };
    (@ scalar "fma" $kind:ident $f:ident $product:literal $sum:literal $($name:ident $a:literal $b:literal $c:literal);*) => {
        with!("fma", "fused products and sums of one number", table::vectors(16, Kind::$kind, rows!(avx VECTORS: $(
            (d n m) [$name Rx(d), Rx(n), Rx(m)] |o| o.make(|i| if i == 0 { lane::<$f>(o, 0, [$a, $b, $c], $product, $sum) } else { o.d(i) });
            [$name xmm0, xmm1, [rdi + 512]] |o| o.make(|i| if i == 0 { lane::<$f>(o, 0, [$a, $b, $c], $product, $sum) } else { o.d(i) });
        )*)));
        fused!(@ scalar "avx512f" $kind $f $product $sum $($name $a $b $c);*);
    };
    (@ scalar $feature:tt $kind:ident $f:ident $product:literal $sum:literal $($name:ident $a:literal $b:literal $c:literal);*) => {
        with!($feature "avx512bw", "fused products and sums of one number, with masks", table::vectors(16, Kind::$kind, rows!(avx512 ALL_VECTORS: $(
            (d n m) [$name Rx(d) {k1}, Rx(n), Rx(m)] |o| o.make(|i| if i == 0 && o.bit(0) { lane::<$f>(o, 0, [$a, $b, $c], $product, $sum) } else { o.d(i) });
        )*)));
    };
}

#[test]
fn single() {
    fused! { "fma" Single f32:
        1.0 1.0 1.0 vfmadd132ps vfmadd213ps vfmadd231ps; vfmadd132ss vfmadd213ss vfmadd231ss;
        1.0 -1.0 -1.0 vfmsub132ps vfmsub213ps vfmsub231ps; vfmsub132ss vfmsub213ss vfmsub231ss;
        -1.0 1.0 1.0 vfnmadd132ps vfnmadd213ps vfnmadd231ps; vfnmadd132ss vfnmadd213ss vfnmadd231ss;
        -1.0 -1.0 -1.0 vfnmsub132ps vfnmsub213ps vfnmsub231ps; vfnmsub132ss vfnmsub213ss vfnmsub231ss;
        1.0 -1.0 1.0 vfmaddsub132ps vfmaddsub213ps vfmaddsub231ps;;
        1.0 1.0 -1.0 vfmsubadd132ps vfmsubadd213ps vfmsubadd231ps;;
    }
}

#[test]
fn double() {
    fused! { "fma" Double f64:
        1.0 1.0 1.0 vfmadd132pd vfmadd213pd vfmadd231pd; vfmadd132sd vfmadd213sd vfmadd231sd;
        1.0 -1.0 -1.0 vfmsub132pd vfmsub213pd vfmsub231pd; vfmsub132sd vfmsub213sd vfmsub231sd;
        -1.0 1.0 1.0 vfnmadd132pd vfnmadd213pd vfnmadd231pd; vfnmadd132sd vfnmadd213sd vfnmadd231sd;
        -1.0 -1.0 -1.0 vfnmsub132pd vfnmsub213pd vfnmsub231pd; vfnmsub132sd vfnmsub213sd vfnmsub231sd;
        1.0 -1.0 1.0 vfmaddsub132pd vfmaddsub213pd vfmaddsub231pd;;
        1.0 1.0 -1.0 vfmsubadd132pd vfmsubadd213pd vfmsubadd231pd;;
    }
}

#[test]
fn half() {
    use bareasm_qemu_tests::F16;
    fused! { "avx512fp16" Half F16:
        1.0 1.0 1.0 vfmadd132ph vfmadd213ph vfmadd231ph; vfmadd132sh vfmadd213sh vfmadd231sh;
        1.0 -1.0 -1.0 vfmsub132ph vfmsub213ph vfmsub231ph; vfmsub132sh vfmsub213sh vfmsub231sh;
        -1.0 1.0 1.0 vfnmadd132ph vfnmadd213ph vfnmadd231ph; vfnmadd132sh vfnmadd213sh vfnmadd231sh;
        -1.0 -1.0 -1.0 vfnmsub132ph vfnmsub213ph vfnmsub231ph; vfnmsub132sh vfnmsub213sh vfnmsub231sh;
        1.0 -1.0 1.0 vfmaddsub132ph vfmaddsub213ph vfmaddsub231ph;;
        1.0 1.0 -1.0 vfmsubadd132ph vfmsubadd213ph vfmsubadd231ph;;
    }
}
