package cloud

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	awssdk "github.com/aws/aws-sdk-go-v2/aws"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"plimsoll/runner/fleet"
	"plimsoll/runner/sim/aws"
)

func TestSettle(t *testing.T) {
	const broken = "example/web:broken"
	tests := map[string]struct {
		image   string
		breaker map[string]any
		want    string
	}{
		"completed":   {"example/web:2", map[string]any{"enable": true, "rollback": true}, ""},
		"failed":      {broken, map[string]any{"enable": true, "rollback": false}, "wait for the deployments of service beta/web: the deployment of web:4 failed (ECS deployment circuit breaker"},
		"rolled back": {broken, map[string]any{"enable": true, "rollback": true}, "wait for the deployments of service beta/web: "},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, c := simulated(t, aws.Options{Speed: 600, Unpullable: []string{broken}})
			deploy(t, c, test.image, test.breaker)
			err := c.Settle(t.Context(), ref(fleet.KindService, "beta/web"))
			if test.want == "" && err != nil || test.want != "" && (err == nil || !strings.HasPrefix(err.Error(), test.want)) {
				t.Errorf("got  %v\nwant %s", err, test.want)
			}
		})
	}
}

// deploy makes a service run another image.
func deploy(t *testing.T, c *Cloud, image string, breaker map[string]any) {
	t.Helper()
	old := ref(fleet.KindTaskDefinition, "web:3")
	d := read(t, c, old)
	d["containerDefinitions"].([]any)[0].(map[string]any)["image"] = image
	write(t, c, ref(fleet.KindService, "beta/web"), fleet.Document{
		"taskDefinition": write(t, c, old, d), "deploymentConfiguration": map[string]any{"deploymentCircuitBreaker": breaker},
	})
}

func TestSettleIsBounded(t *testing.T) {
	_, c := simulated(t, aws.Options{})
	deploy(t, c, "example/web:2", map[string]any{"enable": false, "rollback": false})
	ctx, stop := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer stop()
	err := c.Settle(ctx, ref(fleet.KindService, "beta/web"))
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
	ctx, interrupt := context.WithCancel(t.Context())
	time.AfterFunc(20*time.Millisecond, interrupt)
	if err := c.Settle(ctx, ref(fleet.KindService, "beta/web")); !errors.Is(err, context.Canceled) || !strings.HasSuffix(err.Error(), ": interrupted") {
		t.Errorf("got %v", err)
	}
	if err := c.Settle(t.Context(), ref(fleet.KindService, "beta/none")); err == nil || !strings.HasSuffix(err.Error(), "it is not there any more") {
		t.Errorf("got %v", err)
	}
}

func TestSettled(t *testing.T) {
	text := awssdk.String
	primary := func(state ecstypes.DeploymentRolloutState) ecstypes.Deployment {
		return ecstypes.Deployment{Status: text("PRIMARY"), RolloutState: state, DesiredCount: 2, RunningCount: 1, TaskDefinition: text("arn:task-definition/web:4"), RolloutStateReason: text("because")}
	}
	old := ecstypes.Deployment{Status: text("ACTIVE"), RolloutState: ecstypes.DeploymentRolloutStateCompleted}
	few, all := primary(""), primary("")
	all.RunningCount = 2
	tests := map[string]struct {
		deployments []ecstypes.Deployment
		runs        string
		over        bool
		want        string
	}{
		"over":           {[]ecstypes.Deployment{primary(ecstypes.DeploymentRolloutStateCompleted)}, "web:4", true, ""},
		"old one left":   {[]ecstypes.Deployment{primary(ecstypes.DeploymentRolloutStateCompleted), old}, "web:4", false, ""},
		"under way":      {[]ecstypes.Deployment{primary(ecstypes.DeploymentRolloutStateInProgress)}, "web:4", false, ""},
		"failed":         {[]ecstypes.Deployment{primary(ecstypes.DeploymentRolloutStateFailed), old}, "web:4", false, "the deployment of web:4 failed (because): look at why its tasks stopped, mend that, and try again"},
		"replaced":       {[]ecstypes.Deployment{primary(ecstypes.DeploymentRolloutStateCompleted)}, "web:3", false, "web:4 was replaced by web:3 while it was deployed (because): find out who did that, and try again"},
		"classic":        {[]ecstypes.Deployment{all}, "web:4", true, ""},
		"classic, early": {[]ecstypes.Deployment{few}, "web:4", false, ""},
		"others deploy":  {nil, "web:4", false, "its deployments are not made by ECS itself, so they cannot be followed: look at them where they are made"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			over, err := settled(ecstypes.Service{Deployments: test.deployments, TaskDefinition: text("arn:task-definition/" + test.runs)}, "arn:task-definition/web:4")
			if over != test.over || (err == nil) != (test.want == "") || err != nil && err.Error() != test.want {
				t.Errorf("got %v, %v; want %v, %q", over, err, test.over, test.want)
			}
		})
	}
}
