module github.com/apivet/apivet/sample

go 1.26
