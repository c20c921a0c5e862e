module hub

go 1.13
