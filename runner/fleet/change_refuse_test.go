package fleet_test

import (
	"strings"
	"testing"
	"time"

	"plimsoll/dsl/plan"
	"plimsoll/runner/fleet"
)

// Every way in which what is desired may not be written: nothing is changed, and the refusal says why and what to do.
func TestRefusals(t *testing.T) {
	larger := plan.Desired{CPU: 1024, Memory: 2048}
	track := func(kind string) plan.Desired {
		return plan.Desired{Tracks: []plan.Track{{Kind: kind, Target: 100}}}
	}
	foreign := highCPU()
	foreign.Threshold = 50
	for _, c := range []struct {
		name       string
		desired    plan.Desired
		state      func(*fleet.State)
		what, why  string
		allowShown bool // when it is only shown, it is in the set
	}{
		{"CloudFormation's", larger, func(s *fleet.State) { s.Services[0].Owner = "cloudformation" }, "cpu, memory, task definition", "cloudformation owns the service", true},
		{"CodeDeploy's", larger, func(s *fleet.State) { s.Services[0].Controller = "CODE_DEPLOY" }, "cpu, memory, task definition", "CODE_DEPLOY's", true},
		{"a deployment in progress", larger, func(s *fleet.State) { s.Services[0].Deployments = []fleet.Deployment{{State: "IN_PROGRESS"}} },
			"cpu, memory, task definition", "a deployment is in progress", true},
		{"draining", larger, func(s *fleet.State) { s.Services[0].Status = "DRAINING" }, "cpu, memory, task definition", "DRAINING", true},
		{"missing", larger, func(s *fleet.State) { s.Services[0].Missing = "there is no service wep; did you mean web?" }, "the service", "did you mean web?", false},
		{"not looked at", larger, func(s *fleet.State) { s.Services = nil }, "the service", "not looked at", false},
		{"hidden", track(plan.TrackCPU), func(s *fleet.State) {
			s.Hidden = []fleet.Hidden{{Service: "web", What: fleet.HiddenPolicies, Permission: "application-autoscaling:DescribeScalingPolicies", Reason: "access denied"}}
		}, "scaling policies", "access denied", false},
		{"hidden of the account", track(plan.TrackCPU), func(s *fleet.State) { s.Hidden = []fleet.Hidden{{What: fleet.HiddenPolicies, Reason: "throttled"}} },
			"scaling policies", "throttled", false},
		{"a container too large", plan.Desired{Memory: 512}, func(*fleet.State) {}, "memory", "container web takes 768 MiB, and the task would have 512", false},
		{"containers too large together", plan.Desired{CPU: 256}, func(*fleet.State) {}, "cpu", "container web takes 256 CPU units, and the task would have 256 for containers that take 320", false},
		{"no size of Fargate", plan.Desired{Memory: 8192}, func(*fleet.State) {}, "task size", "no task of 512 CPU units with 8192 MiB", false},
		{"a platform on instances", plan.Desired{Platform: "1.4.0"}, func(s *fleet.State) { s.Services[0].LaunchType = "EC2" }, "platform", "only Fargate", false},
		{"a policy of our name for something else", plan.Desired{Tracks: []plan.Track{{Kind: plan.TrackMemory, Target: 0.5}}}, func(s *fleet.State) {
			s.Services[0].Target = scaled(t, 1, 9).Services[0].Target
			s.Services[0].Policies = []fleet.Policy{policy(t, "beta-web-memory", 70, "")}
		}, "memory policy", "beta-web-memory is there already", false},
		{"two tracks of one name", plan.Desired{Tracks: []plan.Track{{Kind: plan.TrackCPU, Target: 0.7, Name: "own"}, {Kind: plan.TrackMemory, Target: 0.7, Name: "own"}}},
			func(s *fleet.State) {
				s.Services[0].Target = scaled(t, 1, 9).Services[0].Target
				s.Services[0].Policies = []fleet.Policy{policy(t, "own", 70, "")}
			}, "memory policy", "another track", false},
		{"no such container", plan.Desired{Nofile: 2048}, func(s *fleet.State) { s.Services[0].Balancers[0].Container = "gone" }, "open files", "no container gone", false},
		{"which container", plan.Desired{Nofile: 2048}, func(s *fleet.State) { s.Services[0].Balancers = nil }, "open files", "several containers", false},
		{"what else stays", plan.Desired{Nofile: 2048, CPU: 256, Memory: 512}, func(s *fleet.State) { s.Services[0].Balancers = nil }, "open files", "it keeps its cpu, memory as well", false},
		{"which container, hidden", plan.Desired{Nofile: 2048}, func(s *fleet.State) {
			s.Services[0].Balancers = nil
			s.Hidden = []fleet.Hidden{{Service: "web", What: fleet.HiddenBalancers, Reason: "throttled"}}
		}, "load balancers", "throttled", false},
		{"fewer than run", plan.Desired{Tasks: &plan.TaskBounds{Min: 1, Max: 3}}, func(s *fleet.State) { s.Services[0].Running = 5 }, "maximum tasks", "5 tasks run", false},
		{"hidden bounds", track(plan.TrackCPU), func(s *fleet.State) {
			s.Hidden = []fleet.Hidden{{Service: "web", What: fleet.HiddenTarget, Reason: "throttled"}}
		},
			"scalable target", "throttled", false},
		{"hidden load balancers", plan.Desired{Alarms: []plan.Alarm{{Label: "slow", Metric: plan.Metric{Namespace: "AWS/ApplicationELB"}}}}, func(s *fleet.State) {
			s.Services[0].Balancers = nil
			s.Hidden = []fleet.Hidden{{Service: "web", What: fleet.HiddenBalancers, Reason: "throttled"}}
		}, "load balancers", "throttled", false},
		{"a service that could not be read", plan.Desired{CPU: 1024}, func(s *fleet.State) {
			s.Services[0].Missing = "it could not be read"
			s.Hidden = []fleet.Hidden{{Service: "web", What: fleet.HiddenService, Permission: "ecs:DescribeServices", Reason: "access denied"}}
		}, "service", "access denied", false},
		{"no bounds", track(plan.TrackCPU), func(*fleet.State) {}, "scaling policies", "does not scale", false},
		{"requests of no balancer", track(plan.TrackRequests), func(s *fleet.State) { s.Services[0].Balancers = nil }, "scaling policies", "does not scale", false},
		{"a foreign alarm", plan.Desired{Alarms: []plan.Alarm{foreign}}, func(s *fleet.State) { s.Services[0].Alarms = []fleet.Alarm{alarm(t, `{}`)} },
			"alarm high_cpu", "an alarm beta-web-high_cpu is there already", false},
		{"an alarm whose mark is hidden", plan.Desired{Alarms: []plan.Alarm{foreign}}, func(s *fleet.State) {
			s.Services[0].Alarms = []fleet.Alarm{alarm(t, `{}`)}
			s.Hidden = []fleet.Hidden{{Service: "web", What: fleet.HiddenAlarmTags, Permission: "cloudwatch:ListTagsForResource"}}
		}, "tags of alarms", "could not be read", false},
		{"target tracking's alarm", plan.Desired{Alarms: []plan.Alarm{{Label: "a", Name: "TargetTracking-service/beta/web-AlarmHigh"}}}, func(*fleet.State) {}, "alarm a", "target tracking's own", false},
		{"an alarm on no balancer", plan.Desired{Alarms: []plan.Alarm{{Label: "slow", Metric: plan.Metric{Namespace: "AWS/ApplicationELB"}}}},
			func(s *fleet.State) { s.Services[0].Balancers = nil }, "alarm slow", "no load balancer", false},
		{"no web ACL", plan.Desired{Throttle: &plan.Throttle{WebACL: "edge", Rate: 10, Window: time.Minute}},
			func(s *fleet.State) {
				s.Services[0].Throttle = &fleet.Throttle{Missing: "there is no web ACL edge"}
			}, "throttle", "there is no web ACL edge", false},
		{"a rule of another kind", plan.Desired{Throttle: &plan.Throttle{WebACL: "edge", Rate: 10, Window: time.Minute}}, func(s *fleet.State) {
			s.Services[0].Throttle = &fleet.Throttle{WebACL: "edge|REGIONAL|id", Document: document(t, `{"Name":"beta-web-throttle","Statement":{"GeoMatchStatement":{}}}`)}
		}, "throttle", "limits no rate", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := running(t)
			c.state(s)
			set := fleet.Changes(planned(c.desired), s, fleet.ChangeOptions{})
			if len(set.Changes) != 0 || len(set.Refused) != 1 {
				t.Fatalf("changes %v, refused %+v", said(set), set.Refused)
			}
			got := set.Refused[0]
			if got.Service != "web" || got.What != c.what || !strings.Contains(got.Why, c.why) || got.Remedy == "" {
				t.Errorf("refused %+v, want %s: …%s…", got, c.what, c.why)
			}
			shown := fleet.Changes(planned(c.desired), s, fleet.ChangeOptions{Shown: true})
			if in := len(shown.Changes) > 0 && len(shown.Refused) == 0; in != c.allowShown {
				t.Errorf("shown: changes %v, refused %+v", said(shown), shown.Refused)
			}
		})
	}
}

func TestOwner(t *testing.T) {
	p, s := planned(plan.Desired{Platform: "LATEST"}), running(t)
	p.Services[0].ECS.Owner = "script"
	if got := refusals(fleet.Changes(p, s, fleet.ChangeOptions{})); !strings.HasPrefix(got, "platform: script owns the service") {
		t.Errorf("refused %q", got)
	}
	if set := fleet.Changes(p, s, fleet.ChangeOptions{OutOfBand: true}); len(set.Changes) != 1 || len(set.Refused) != 0 {
		t.Errorf("out of band: %v, refused %+v", said(set), set.Refused)
	}
	s.Services[0].Document["platformVersion"] = "LATEST"
	if set := fleet.Changes(p, s, fleet.ChangeOptions{}); !set.Empty() {
		t.Errorf("as desired, and yet: %v, refused %+v", said(set), set.Refused)
	}
}

func TestConnectionsNeedInsights(t *testing.T) {
	p, s := planned(plan.Desired{Tracks: []plan.Track{{Kind: plan.TrackConnections, Target: 100}}}), scaled(t, 1, 5)
	if got := refusals(fleet.Changes(p, s, fleet.ChangeOptions{})); !strings.Contains(got, "Container Insights") {
		t.Errorf("refused %q", got)
	}
	on := true
	other := *p.Services[0]
	other.Name, other.Desired = "other", &plan.Desired{ContainerInsights: &on}
	seen := s.Services[0]
	seen.Title, seen.Name = "other", "other"
	p.Services, s.Services = append(p.Services, &other), append(s.Services, seen)
	if set := fleet.Changes(p, s, fleet.ChangeOptions{}); len(set.Changes) != 2 || len(set.Refused) != 0 {
		t.Errorf("another service of the cluster turns it on: %v, refused %+v", said(set), set.Refused)
	}
	s.Services[0].Balancers = nil
	p.Services[0].Desired.Tracks = append(p.Services[0].Desired.Tracks, plan.Track{Kind: plan.TrackRequests, Target: 100})
	if got := refusals(fleet.Changes(p, s, fleet.ChangeOptions{})); strings.Count(got, "no application load balancer") != 2 {
		t.Errorf("refused %q", got)
	}
	s.Hidden = []fleet.Hidden{{Service: "web", What: fleet.HiddenBalancers, Reason: "access denied"}}
	if got := refusals(fleet.Changes(p, s, fleet.ChangeOptions{})); strings.Count(got, "access denied") != 1 {
		t.Errorf("refused %q", got)
	}
}

// A plan that asks for one resource in two ways gets the first, and is told of the other.
func TestAskedTwice(t *testing.T) {
	on, off := true, false
	p, s := planned(plan.Desired{ContainerInsights: &on}), running(t)
	s.Services[0].Cluster.Insights = "enhanced"
	p.Services[0].Desired.ContainerInsights = &off
	other := *p.Services[0]
	other.Name, other.Desired = "other", &plan.Desired{ContainerInsights: &off}
	seen := s.Services[0]
	seen.Title = "other"
	p.Services, s.Services = append(p.Services, &other), append(s.Services, seen)
	if set := fleet.Changes(p, s, fleet.ChangeOptions{}); len(set.Changes) != 1 || len(set.Refused) != 0 {
		t.Errorf("alike: %v, refused %+v", said(set), set.Refused)
	}
	first, second := highCPU(), highCPU()
	first.Name, second.Name, second.Threshold = "shared", "shared", 50
	p.Services[0].Desired, other.Desired = &plan.Desired{Alarms: []plan.Alarm{first}}, &plan.Desired{Alarms: []plan.Alarm{second}}
	set := fleet.Changes(p, s, fleet.ChangeOptions{})
	if len(set.Changes) != 1 || !strings.Contains(refusals(set), "asks for it twice") {
		t.Errorf("not alike: %v, refused %+v", said(set), set.Refused)
	}
}

func TestChosenServices(t *testing.T) {
	p, s := everything(), bare(t)
	for _, c := range fleet.Changes(p, s, fleet.ChangeOptions{Services: []string{"web"}}).Changes {
		if c.Service != "web" {
			t.Errorf("%s %s is none of web's", c.Ref.Kind, c.Ref.ID)
		}
	}
	if set := fleet.Changes(p, s, fleet.ChangeOptions{Services: []string{"other"}}); !set.Empty() {
		t.Errorf("nothing was chosen, and yet: %v, refused %+v", said(set), set.Refused)
	}
}
