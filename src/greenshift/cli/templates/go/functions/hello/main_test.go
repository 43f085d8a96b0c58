package main

import (
	"context"
	"testing"
)

func TestANameIsGreeted(t *testing.T) {
	answer, err := greet(context.Background(), Event{Name: "Ada"})
	if err != nil || answer.Message != "hello, Ada" {
		t.Fatal(answer, err)
	}
}
