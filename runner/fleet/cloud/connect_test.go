package cloud

import (
	"context"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/google/go-cmp/cmp"

	"plimsoll/dsl/plan"
	"plimsoll/runner/fleet"
	simaws "plimsoll/runner/sim/aws"
)

// environment is what a process sees that reaches AWS at a URL, and nothing else of this machine.
func environment(t *testing.T, more map[string]string) {
	t.Helper()
	nowhere := filepath.Join(t.TempDir(), "none")
	env := map[string]string{
		"AWS_CONFIG_FILE": nowhere, "AWS_SHARED_CREDENTIALS_FILE": nowhere, "AWS_EC2_METADATA_DISABLED": "true", "AWS_PROFILE": "",
		"AWS_REGION": "", "AWS_DEFAULT_REGION": "", "AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": "", "AWS_SESSION_TOKEN": "",
		"AWS_ENDPOINT_URL": "", "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "", "AWS_CONTAINER_CREDENTIALS_FULL_URI": "", "AWS_WEB_IDENTITY_TOKEN_FILE": "",
	}
	for name, value := range more {
		env[name] = value
	}
	for name, value := range env {
		t.Setenv(name, value)
	}
}

// The environment's own AWS is reached as the environment says, and every protocol speaks.
func TestConnect(t *testing.T) {
	server, _ := simulate(t, simaws.Options{}, accountOnDisk(t))
	environment(t, map[string]string{"AWS_ENDPOINT_URL": server.URL(), "AWS_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "secret"})
	for name, options := range map[string]Options{"CBOR": {}, "query": {Query: true}} {
		t.Run(name, func(t *testing.T) {
			p := beta()
			for _, s := range p.Services {
				s.Simulate = nil
			}
			state, err := New(options).Observe(t.Context(), p)
			if err != nil {
				t.Fatal(err)
			}
			if s := state.Services[0]; len(state.Hidden) > 0 || len(s.Alarms) != 8 || s.Account != simulatedAccount {
				t.Errorf("hidden: %+v; alarms: %d", state.Hidden, len(s.Alarms))
			}
		})
	}
}

// One API may be elsewhere than the others.
func TestConnectOneEndpoint(t *testing.T) {
	server, _ := simulate(t, simaws.Options{}, accountOnDisk(t))
	environment(t, map[string]string{"AWS_ENDPOINT_URL_STS": server.URL(), "AWS_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "secret"})
	c := New(Options{})
	if account, err := c.Account(t.Context(), fleet.Place{}); account != simulatedAccount {
		t.Errorf("%s, %v", account, err)
	}
	at, err := c.at(t.Context(), fleet.Place{})
	if err != nil {
		t.Fatal(err)
	}
	if at.sts.Options().BaseEndpoint == nil || at.ecs.Options().BaseEndpoint != nil || at.s3.Options().UsePathStyle {
		t.Error("an endpoint was given to STS alone")
	}
}

// A role is assumed, and it is its account that counts.
func TestConnectRole(t *testing.T) {
	server, _ := simulate(t, simaws.Options{}, accountOnDisk(t))
	environment(t, map[string]string{"AWS_ENDPOINT_URL": server.URL(), "AWS_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "secret"})
	account, err := New(Options{}).Account(t.Context(), fleet.Place{Role: "arn:aws:iam::999999999999:role/reader"})
	if d := cmp.Diff("999999999999", account); d != "" || err != nil {
		t.Errorf("%s%v", d, err)
	}
}

// What is missing in the environment is said before anything is asked.
func TestConnectWithout(t *testing.T) {
	server, _ := simulate(t, simaws.Options{}, accountOnDisk(t))
	keys := map[string]string{"AWS_ENDPOINT_URL": server.URL(), "AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "secret"}
	tests := map[string]struct {
		env   map[string]string
		place fleet.Place
		want  string
	}{
		"credentials": {env: map[string]string{"AWS_ENDPOINT_URL": server.URL(), "AWS_REGION": "us-east-1"}, want: "no AWS credentials were found"},
		"region":      {env: keys, want: "no AWS region is known"},
		"profile":     {env: keys, place: fleet.Place{Region: "us-east-1", Profile: "nobody"}, want: "failed to get shared config profile, nobody"},
		"simulation":  {env: keys, place: fleet.Place{Region: "us-east-1", Simulated: true}, want: "no simulation runs"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			environment(t, test.env)
			service := &plan.Service{Name: "web", ECS: &plan.ECS{Cluster: "beta", Service: "web", Region: test.place.Region, Profile: test.place.Profile}}
			if test.place.Simulated {
				service.Simulate = &plan.Simulate{}
			}
			_, err := New(Options{}).Observe(t.Context(), &plan.Plan{Services: []*plan.Service{service}})
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("%v, want %s", err, test.want)
			}
		})
	}
	if calls := server.Calls(); len(calls) > 0 {
		t.Errorf("asked all the same: %v", calls)
	}
}

// slow finds no credentials, and takes its time.
type slow struct{}

func (slow) Retrieve(ctx context.Context) (aws.Credentials, error) {
	<-ctx.Done()
	return aws.Credentials{}, ctx.Err()
}

func TestCredentialsAreNotWaitedForLong(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		_, err := bounded{slow{}}.Retrieve(t.Context())
		if took := time.Since(began); took != credentialTimeout || !strings.HasPrefix(explain(err).line, "no AWS credentials") {
			t.Errorf("%v after %s", err, took)
		}
	})
}
