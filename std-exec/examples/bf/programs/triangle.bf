Writes a triangle of stars: eight lines with one to eight stars
++++++++            cell 0: lines to go
>>+                 cell 2: stars of this line
<<[
  >>[->+>+<<]       copy cell 2 to cells 3 and 4
  >>[-<<+>>]<       put it back from cell 4
  [->++++++[->+++++++<]>.[-]<<]   write a star (42 = 6 * 7) for each
  ++++++++++.[-]    a newline
  <+                one star more
  <<-
]
