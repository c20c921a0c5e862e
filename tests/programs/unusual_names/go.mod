module odd.example/unusual_names

go 1.13
