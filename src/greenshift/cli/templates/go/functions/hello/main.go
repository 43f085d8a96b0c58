package main

import (
	"context"

	"github.com/aws/aws-lambda-go/lambda"
)

type Event struct {
	Name string `json:"name"`
}

type Answer struct {
	Message string `json:"message"`
}

func greet(_ context.Context, event Event) (Answer, error) {
	name := event.Name
	if name == "" {
		name = "world"
	}
	return Answer{Message: "hello, " + name}, nil
}

func main() {
	lambda.Start(greet)
}
