package cli

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"plimsoll/dsl/plan"
	"plimsoll/runner/fleet"
	"plimsoll/runner/sim/aws"
)

// wanted is a plan that desires a bit of everything.
const wanted = `
service "web" {
  for_each = toset(["eu-west-1", "us-east-1"])
  ecs {
    cluster = "beta"
    service = "web"
    region  = each.key
    account = "123456789012"
  }
  simulate {
    tasks = 2
    speed = 100
  }
  desired {
    cpu                = 512
    memory             = 2048
    nofile             = 65536
    tasks              = { min = 1, max = 10 }
    cooldown           = { out = "0s", in = "600s" }
    container_insights = true
    track "cpu" {
      target          = "65%"
      high_resolution = true
    }
    track "memory" { target = "70%" }
    track "requests" { target = 3000 }
    track "connections" { target = 500 }
    scheduled "morning" {
      schedule = "cron(0 8 * * ? *)"
      min      = 2
    }
    alarm "high-cpu" {
      metric = "CPUUtilization"
      above  = "85%"
      notify = ["arn:aws:sns:${each.key}:123456789012:alerts"]
    }
    alarm "errors" {
      metric = "HTTPCode_Target_5XX_Count"
      above  = 50
      notify = ["arn:aws:sns:${each.key}:123456789012:alerts"]
    }
    throttle {
      web_acl = "edge"
      rate    = 1000
    }
  }
}

service "queue" {
  ecs {
    cluster = "beta"
    service = "queue"
    region  = "eu-west-1"
    account = "123456789012"
  }
  simulate { speed = 100 }
}

budget "monthly" {
  limit    = 2500
  alert_at = ["80%"]
  notify   = ["ops@example.com"]
}

dashboard "beta" {}
`

// loaded is a plan in a folder of its own.
func loaded(t *testing.T, text string) (*plan.Plan, *source) {
	t.Helper()
	folder := t.TempDir()
	src := &source{path: filepath.Join(folder, "plan.hcl"), root: folder}
	if err := os.WriteFile(src.path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	p, err := (&Command{Stderr: t.Output(), Getenv: unset}).loadValid(src)
	if err != nil {
		t.Fatal(err)
	}
	return p, src
}

func unset(string) (string, bool) { return "", false }

// simulating serves what a plan has simulated, for the length of a test.
func simulating(t *testing.T, p *plan.Plan, s *serving) *simulator {
	t.Helper()
	m, err := startSimulator(t.Context(), p, s)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := m.stop(); err != nil {
			t.Error(err)
		}
	})
	return m
}

// Whoever looks at an account that was made up finds nothing to change in it.
func TestInventedAccountIsAsDesired(t *testing.T) {
	p, _ := loaded(t, wanted)
	m := simulating(t, p, &serving{})
	c := &Command{Getenv: unset}
	cloud, err := c.cloudOf(&simulation{listening: m.listening})
	if err != nil {
		t.Fatal(err)
	}
	state, err := cloud.Observe(t.Context(), p)
	if err != nil {
		t.Fatal(err)
	}
	if len(state.Hidden) > 0 {
		t.Errorf("hidden: %+v", state.Hidden)
	}
	changes := fleet.Changes(p, state, fleet.ChangeOptions{Now: state.At})
	for _, change := range changes.Changes {
		t.Errorf("%s is still to be changed: %+v", change.Ref.ID, change.Fields)
	}
	for _, refused := range changes.Refused {
		t.Errorf("refused: %+v", refused)
	}
}

// What a made-up account holds, by region.
func TestInvent(t *testing.T) {
	p, _ := loaded(t, wanted)
	account, err := invent(p)
	if err != nil {
		t.Fatal(err)
	}
	type holds struct{ Services, Clusters, Balancers, Policies, Alarms, Scheduled, Topics, Rules, Budgets, Dashboards int }
	count := func(f *aws.Fleet) holds {
		h := holds{
			len(f.Services), len(f.Clusters), len(f.LoadBalancers), len(f.ScalingPolicies), len(f.MetricAlarms), len(f.ScheduledActions),
			len(f.Topics), 0, len(f.Budgets), len(f.Dashboards),
		}
		for _, acl := range f.WebACLs {
			h.Rules += len(acl.Rules)
		}
		return h
	}
	got := map[string]holds{"": count(&account)}
	for region, f := range account.Regions {
		got[region] = count(f)
	}
	want := map[string]holds{
		"":          {2, 1, 2, 4, 2, 1, 1, 1, 1, 1},
		"us-east-1": {1, 1, 1, 4, 2, 1, 1, 1, 0, 0},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if n := account.Services[0].DesiredCount; n != 2 {
		t.Errorf("%d tasks, want those of the simulated service", n)
	}
}
