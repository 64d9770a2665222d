//! Steps of AES, SM4 and CRC32, from their definitions rather than from tables, where there is one.

/// A product in the field of AES, modulo x^8 + x^4 + x^3 + x + 1.
pub fn field_multiply(a: u8, b: u8) -> u8 {
    multiply(a, b, 0x1b)
}

/// A product modulo x^8 and the lower bits of a polynomial.
fn multiply(mut a: u8, mut b: u8, polynomial: u8) -> u8 {
    let mut product = 0;
    while b != 0 {
        if b & 1 == 1 {
            product ^= a;
        }
        a = a << 1 ^ if a >> 7 == 1 { polynomial } else { 0 };
        b >>= 1;
    }
    product
}

/// The inverse in a field, and zero of zero: the 254th power.
fn inverse(a: u8, polynomial: u8) -> u8 {
    (0..253).fold(a, |power, _| multiply(power, a, polynomial))
}

/// The inverse in the field of AES, and zero of zero.
pub fn field_inverse(a: u8) -> u8 {
    inverse(a, 0x1b)
}

/// The substitution of AES.
pub fn aes_substitute(byte: u8) -> u8 {
    let x = field_inverse(byte);
    x ^ x.rotate_left(1) ^ x.rotate_left(2) ^ x.rotate_left(3) ^ x.rotate_left(4) ^ 0x63
}

/// Its inverse.
pub fn aes_unsubstitute(byte: u8) -> u8 {
    field_inverse(byte.rotate_left(1) ^ byte.rotate_left(3) ^ byte.rotate_left(6) ^ 0x05)
}

/// A column, mixed with the coefficients of its first byte.
fn mix(column: u32, coefficients: [u8; 4]) -> u32 {
    let bytes = column.to_le_bytes();
    let sum = |i: usize| (0..4).fold(0, |sum, k| sum ^ field_multiply(bytes[(i + k) % 4], coefficients[k]));
    u32::from_le_bytes([0, 1, 2, 3].map(sum))
}

/// A column of AES, mixed.
pub fn aes_mix(column: u32) -> u32 {
    mix(column, [2, 3, 1, 1])
}

/// A column of AES, mixed back.
pub fn aes_inverse_mix(column: u32) -> u32 {
    mix(column, [14, 11, 13, 9])
}

/// The substitution of SM4, of four bytes: affine, inverse modulo x^8 + x^7 + x^6 + x^5 + x^4 + x^2 + 1, affine.
pub fn sm4_substitute(word: u32) -> u32 {
    let affine = |x: u8| (0..8).fold(0, |out, row| out | ((x & 0xa7u8.rotate_left(row)).count_ones() as u8 & 1) << row) ^ 0xd3;
    u32::from_le_bytes(word.to_le_bytes().map(|byte| affine(inverse(affine(byte), 0xf5))))
}

/// A checksum of so many bytes, the polynomial reflected.
pub fn crc32(polynomial: u32, start: u32, data: u64, bytes: usize) -> u64 {
    let step = |sum: u32| sum >> 1 ^ if sum & 1 == 1 { polynomial } else { 0 };
    let sum = data.to_le_bytes()[..bytes].iter().fold(start, |sum, byte| (0..8).fold(sum ^ u32::from(*byte), |sum, _| step(sum)));
    sum.into()
}
