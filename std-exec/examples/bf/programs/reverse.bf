Reads to the end of the input and writes it backwards
>,[>,]<[.<]
