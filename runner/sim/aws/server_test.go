package aws

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	awssdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func TestIdentity(t *testing.T) {
	server, config := serve(t, Options{Expired: []string{"AKIAOLD"}})
	who := func(config awssdk.Config) (string, error) {
		out, err := sts.NewFromConfig(config).GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
		if err != nil {
			return "", err
		}
		return *out.Account + " " + *out.Arn, nil
	}
	if got, err := who(config); err != nil || got != "123456789012 arn:aws:iam::123456789012:user/simulated" {
		t.Errorf("own account: %s, %v", got, err)
	}
	role, err := sts.NewFromConfig(config).AssumeRole(ctx, &sts.AssumeRoleInput{RoleArn: awssdk.String("arn:aws:iam::210987654321:role/ops"), RoleSessionName: awssdk.String("test")})
	if err != nil {
		t.Fatal(err)
	}
	assumed := config.Copy()
	assumed.Credentials = credentials.NewStaticCredentialsProvider(*role.Credentials.AccessKeyId, *role.Credentials.SecretAccessKey, *role.Credentials.SessionToken)
	if got, err := who(assumed); err != nil || !strings.HasPrefix(got, "210987654321 ") || !role.Credentials.Expiration.After(time.Now()) {
		t.Errorf("assumed role: %s, %v", got, err)
	}
	old := config.Copy()
	old.Credentials = credentials.NewStaticCredentialsProvider("AKIAOLD", "secret", "")
	if _, err := who(old); code(err) != "ExpiredToken" {
		t.Errorf("expired: %v", err)
	}
	response, err := config.HTTPClient.(*http.Client).Post(server.URL(), "application/x-amz-json-1.1", strings.NewReader("{}"))
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if text, err := io.ReadAll(response.Body); err != nil || response.StatusCode != http.StatusForbidden || !strings.Contains(string(text), "MissingAuthenticationToken") {
		t.Errorf("unsigned: %s %s %v", response.Status, text, err)
	}
}

// What is denied, or too much, is answered with an error that the SDK knows, in every protocol.
func TestRefusedCalls(t *testing.T) {
	calls := map[string]func(awssdk.Config) error{
		"ecs:ListClusters": func(c awssdk.Config) error {
			_, err := ecs.NewFromConfig(c).ListClusters(ctx, &ecs.ListClustersInput{})
			return err
		},
		"cloudwatch:DescribeAlarms": func(c awssdk.Config) error {
			_, err := cloudwatch.NewFromConfig(c).DescribeAlarms(ctx, &cloudwatch.DescribeAlarmsInput{})
			return err
		},
		"s3:ListBucket": func(c awssdk.Config) error {
			_, err := s3.NewFromConfig(c).ListObjectsV2(ctx, &s3.ListObjectsV2Input{Bucket: awssdk.String("state")})
			return err
		},
		"sts:GetCallerIdentity": func(c awssdk.Config) error {
			_, err := sts.NewFromConfig(c).GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
			return err
		},
	}
	for action, call := range calls {
		t.Run(action, func(t *testing.T) {
			_, denied := serve(t, Options{Deny: []string{action}})
			if err := call(denied); !strings.HasPrefix(code(err), "AccessDenied") {
				t.Errorf("denied: %v", err)
			}
			_, throttled := serve(t, Options{Throttle: map[string]float64{"*": 0.001}})
			if err := call(throttled); err != nil {
				t.Errorf("first call: %v", err)
			}
			err := call(throttled)
			if retry.IsErrorThrottles(retry.DefaultThrottles).IsErrorThrottle(err) != awssdk.TrueTernary {
				t.Errorf("the SDK does not take %v for throttling", err)
			}
		})
	}
}

func TestUnknownAction(t *testing.T) {
	server, config := serve(t, Options{})
	_, err := ecs.NewFromConfig(config).ListAttributes(ctx, &ecs.ListAttributesInput{TargetType: "container-instance"})
	if code(err) != "UnknownOperationException" {
		t.Errorf("got %v", err)
	}
	want := []Call{{Service: "ecs", Action: "ListAttributes", Region: "us-east-1", Code: "UnknownOperationException"}}
	if d := cmp.Diff(want, server.Calls(), cmpopts.IgnoreFields(Call{}, "Time")); d != "" {
		t.Error(d)
	}
}

func TestOtherRegion(t *testing.T) {
	_, config := serve(t, Options{})
	config.Region = "eu-west-1"
	out, err := ecs.NewFromConfig(config).ListClusters(ctx, &ecs.ListClustersInput{})
	if err != nil || len(out.ClusterArns) != 0 {
		t.Errorf("clusters %v, %v", out, err)
	}
}

func TestCut(t *testing.T) {
	update := func(config awssdk.Config, n int32) error {
		_, err := ecs.NewFromConfig(config).UpdateService(ctx, &ecs.UpdateServiceInput{Cluster: awssdk.String("beta"), Service: awssdk.String("queue"), DesiredCount: awssdk.Int32(n)})
		return err
	}
	for name, lost := range map[string]bool{"before the call": false, "before the answer": true} {
		t.Run(name, func(t *testing.T) {
			server, config := serve(t, Options{})
			server.CutAfter(1, lost)
			if err := update(config, 3); err != nil {
				t.Fatal(err)
			}
			var answered smithy.APIError
			for n := range int32(2) {
				if err := update(config, 4+n); err == nil || errors.As(err, &answered) {
					t.Errorf("after the cut: %v", err)
				}
			}
			server.Mend()
			want := 3
			if lost {
				want = 4 // the first call without an answer, not the second
			}
			fleet, err := server.Fleet()
			if err != nil || fleet.Services[1].DesiredCount != want {
				t.Errorf("desired %d, want %d, %v", fleet.Services[1].DesiredCount, want, err)
			}
			if err := update(config, 6); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestSkew(t *testing.T) {
	_, config := serve(t, Options{Skew: time.Hour})
	client := ecs.NewFromConfig(config)
	if _, err := client.ListClusters(ctx, &ecs.ListClustersInput{}); code(err) != "InvalidSignatureException" {
		t.Errorf("a clock that is off: %v", err)
	}
	if _, err := sts.NewFromConfig(config).GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{}); code(err) != "SignatureDoesNotMatch" {
		t.Errorf("a clock that is off, in the query protocol: %v", err)
	}
	config.Retryer = nil // the SDK learns the time from the answer and tries again
	if _, err := ecs.NewFromConfig(config).ListClusters(ctx, &ecs.ListClustersInput{}); err != nil {
		t.Errorf("after correction: %v", err)
	}
	if _, err := cloudwatch.NewFromConfig(config).DescribeAlarms(ctx, &cloudwatch.DescribeAlarmsInput{}); err != nil {
		t.Errorf("after correction, in CBOR: %v", err)
	}
}

// A fleet that was taken from a server is the same on another.
func TestFleet(t *testing.T) {
	server, _ := serve(t, Options{})
	taken, err := server.Fleet()
	if err != nil {
		t.Fatal(err)
	}
	again, err := Start(ctx, Options{Start: noon, Seed: 7}, taken, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	got, err := again.Fleet()
	if err != nil {
		t.Fatal(err)
	}
	ids := cmpopts.IgnoreFields(Service{}, "Deployments")
	if d := cmp.Diff(taken, got, ids, cmpopts.IgnoreUnexported(Service{}, Deployment{}, ScalableTarget{}), cmpopts.SortSlices(func(a, b *MetricAlarm) bool { return a.AlarmName < b.AlarmName })); d != "" {
		t.Error(d)
	}
}

func TestStartRefuses(t *testing.T) {
	cases := map[string]struct {
		options Options
		change  func(*Fleet)
		want    string
	}{
		"account":         {Options{Account: "1"}, nil, "account must be 12 digits"},
		"speed":           {Options{Speed: 0.5}, nil, "speed must be 1 to 10000"},
		"throttle":        {Options{Throttle: map[string]float64{"*": 0}}, nil, "throttle of *"},
		"negative times":  {Options{StartTime: -1, MetricDelay: -1, Latency: -1, ScaleInStep: -1, StartTimes: map[string]time.Duration{"web": 0}}, nil, "start time of web"},
		"cluster":         {Options{}, func(f *Fleet) { f.Services[0].ClusterArn = "gone" }, `cluster "gone" is not in the fleet`},
		"task definition": {Options{}, func(f *Fleet) { f.Services[0].TaskDefinition = "gone" }, `task definition "gone" is not in the fleet`},
		"count":           {Options{}, func(f *Fleet) { f.Services[0].DesiredCount = -1 }, "desired count must be"},
		"target":          {Options{}, func(f *Fleet) { f.ScalableTargets[0].ResourceID = "service/beta/gone" }, "the service is not in the fleet"},
		"policy":          {Options{}, func(f *Fleet) { f.ScalingPolicies[0].TargetTracking = nil }, "scaling policy cpu"},
		"alarm":           {Options{}, func(f *Fleet) { f.MetricAlarms[0].EvaluationPeriods = 0 }, "evaluation periods"},
		"history":         {Options{}, func(f *Fleet) { f.Metrics[0].Period = 7 }, "multiple of 20 s"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			fleet := loadFleet(t)
			if c.change != nil {
				c.change(&fleet)
			}
			server, err := Start(ctx, c.options, fleet, nil)
			if err == nil {
				server.Close()
				t.Fatal("started")
			}
			if !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %q lacks %q", err, c.want)
			}
		})
	}
}

// Calls come from many goroutines while time runs fast.
func TestConcurrentCalls(t *testing.T) {
	server, config := serve(t, Options{Speed: 10_000, Latency: time.Millisecond})
	var workers sync.WaitGroup
	for range 8 {
		workers.Go(func() {
			client := ecs.NewFromConfig(config)
			for range 5 {
				if _, err := client.DescribeServices(ctx, &ecs.DescribeServicesInput{Cluster: awssdk.String("beta"), Services: []string{"web"}}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	workers.Wait()
	if n := len(server.Calls()); n != 40 {
		t.Errorf("%d calls remembered, want 40", n)
	}
}

func TestContextEnds(t *testing.T) {
	ending, end := context.WithCancel(ctx)
	server, err := Start(ending, Options{}, Fleet{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	end()
	for range 2 {
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	}
}
