module hello

go 1.23

require github.com/aws/aws-lambda-go v1.50.0
