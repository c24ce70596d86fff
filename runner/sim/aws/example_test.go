package aws_test

import (
	"context"
	"fmt"

	awssdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"plimsoll/runner/sim/aws"
)

// The unchanged SDK talks to the simulated AWS.
func ExampleStart() {
	ctx := context.Background()
	server, err := aws.Start(ctx, aws.Options{Speed: 60}, aws.Fleet{
		Clusters:        []*aws.Cluster{{ClusterName: "beta"}},
		TaskDefinitions: []*aws.TaskDefinition{{Family: "web", CPU: "1024", Memory: "2048"}},
		Services: []*aws.Service{{
			ServiceName: "web", ClusterArn: "beta", DesiredCount: 2,
			ServiceSettings: aws.ServiceSettings{TaskDefinition: "web"},
		}},
	}, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer server.Close()

	client := ecs.New(ecs.Options{
		Region: "us-east-1", BaseEndpoint: awssdk.String(server.URL()),
		Credentials: credentials.NewStaticCredentialsProvider("any", "key", ""),
	})
	out, err := client.DescribeServices(ctx, &ecs.DescribeServicesInput{Cluster: awssdk.String("beta"), Services: []string{"web"}})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(*out.Services[0].TaskDefinition, out.Services[0].RunningCount)
	// Output: arn:aws:ecs:us-east-1:123456789012:task-definition/web:1 2
}
