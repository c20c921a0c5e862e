module gallery

go 1.16
