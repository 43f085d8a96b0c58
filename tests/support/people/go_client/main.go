// A client of the twin that nobody here wrote: the AWS SDK for Go v2, as the AWS provider of Terraform uses it.
//
//	client errors            ask for what is not there; print the code of each error
//	client hammer COUNT      put targets and list rules over few connections; print how many calls failed, and why
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"strconv"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/codedeploy"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/smithy-go"
)

const (
	connections = 2
	callers     = 16
)

func config(attempts int) aws.Config {
	few := awshttp.NewBuildableClient().WithTransportOptions(func(transport *http.Transport) {
		transport.MaxConnsPerHost = connections
	})
	return aws.Config{
		Region:           "us-east-1",
		BaseEndpoint:     aws.String(os.Getenv("AWS_ENDPOINT_URL")),
		HTTPClient:       few,
		RetryMaxAttempts: attempts,
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "local", SecretAccessKey: "local"}, nil
		}),
	}
}

func code(err error) string {
	var told smithy.APIError
	if errors.As(err, &told) {
		return told.ErrorCode()
	}
	return fmt.Sprint(err)
}

func askedInVain(ctx context.Context) []string {
	known := config(3)
	_, function := lambda.NewFromConfig(known).GetFunction(ctx, &lambda.GetFunctionInput{FunctionName: aws.String("absent")})
	_, application := codedeploy.NewFromConfig(known).GetApplication(ctx, &codedeploy.GetApplicationInput{ApplicationName: aws.String("absent")})
	_, rule := eventbridge.NewFromConfig(known).DescribeRule(ctx, &eventbridge.DescribeRuleInput{Name: aws.String("absent")})
	return []string{code(function), code(application), code(rule)}
}

func hammer(ctx context.Context, count int) map[string]int {
	client := eventbridge.NewFromConfig(config(1))
	failed, guard, all := map[string]int{}, sync.Mutex{}, sync.WaitGroup{}
	for caller := range callers {
		all.Add(1)
		go func() {
			defer all.Done()
			for number := caller; number < count; number += callers {
				for _, err := range both(ctx, client, number) {
					if err != nil {
						guard.Lock()
						failed[err.Error()]++
						guard.Unlock()
					}
				}
			}
		}()
	}
	all.Wait()
	return failed
}

// One answer of a few bytes, and one that is larger than Go's buffer.
func both(ctx context.Context, client *eventbridge.Client, number int) []error {
	target := types.Target{Id: aws.String("t"), Arn: aws.String(os.Getenv("TARGET_ARN"))}
	_, put := client.PutTargets(ctx, &eventbridge.PutTargetsInput{
		Rule: aws.String("rule-" + strconv.Itoa(number%100)), Targets: []types.Target{target},
	})
	_, list := client.ListRules(ctx, &eventbridge.ListRulesInput{})
	return []error{put, list}
}

func main() {
	ctx, told := context.Background(), any(nil)
	switch os.Args[1] {
	case "errors":
		told = askedInVain(ctx)
	case "hammer":
		count, err := strconv.Atoi(os.Args[2])
		if err != nil {
			panic(err)
		}
		told = hammer(ctx, count)
	}
	if err := json.NewEncoder(os.Stdout).Encode(told); err != nil {
		panic(err)
	}
}
