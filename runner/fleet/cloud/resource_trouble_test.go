package cloud

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/smithy-go"
	"github.com/google/go-cmp/cmp"

	"plimsoll/runner/fleet"
	"plimsoll/runner/sim/aws"
)

func TestRefusedReadsAndWrites(t *testing.T) {
	register := ref(fleet.KindTaskDefinition, "web:3")
	tests := map[string]struct {
		deny string
		ref  fleet.Ref
		do   string // read, write or remove
		want string
	}{
		"read":     {"application-autoscaling:DescribeScalingPolicies", ref(fleet.KindScalingPolicy, "service/beta/web/cpu"), "read", "read scaling policy service/beta/web/cpu: allow application-autoscaling:DescribeScalingPolicies"},
		"write":    {"application-autoscaling:PutScalingPolicy", ref(fleet.KindScalingPolicy, "service/beta/web/cpu"), "write", "write scaling policy service/beta/web/cpu: allow application-autoscaling:PutScalingPolicy"},
		"remove":   {"cloudwatch:DeleteAlarms", ref(fleet.KindAlarm, "beta-web-high"), "remove", "remove alarm beta-web-high: allow cloudwatch:DeleteAlarms"},
		"register": {"ecs:RegisterTaskDefinition", register, "change", "write task definition web:3: allow ecs:RegisterTaskDefinition"},
		"tags":     {"cloudwatch:ListTagsForResource", ref(fleet.KindAlarm, "beta-web-high"), "read", "read alarm beta-web-high: allow cloudwatch:ListTagsForResource"},
		"budget":   {"budgets:ViewBudget", ref(fleet.KindBudget, "monthly"), "read", "read budget monthly: allow budgets:ViewBudget"},
		"its tags": {"budgets:ListTagsForResource", ref(fleet.KindBudget, "monthly"), "read", "read budget monthly: allow budgets:ListTagsForResource"},
		"rule":     {"wafv2:UpdateWebACL", ref(fleet.KindThrottle, edge+"/rate"), "remove", "remove throttle " + edge + "/rate: allow wafv2:UpdateWebACL"},
		"for good": {"", ref(fleet.KindService, "beta/web"), "remove", "remove service beta/web: it is never removed by Plimsoll: remove it yourself if it is to go"},
		"unknown":  {"", ref("queue", "q"), "read", `there is no kind of resource called "queue"`},
		"bad name": {"", ref(fleet.KindThrottle, "edge/rate"), "read", `read throttle edge/rate: "edge/rate" must be <web ACL's name>|<scope>|<id>/<rule>`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			deny := []string{}
			if test.deny != "" {
				deny = append(deny, test.deny)
			}
			_, c := simulated(t, aws.Options{Deny: deny})
			d, err := c.Read(t.Context(), test.ref)
			switch test.do {
			case "write":
				_, err = c.Write(t.Context(), test.ref, d)
			case "change":
				_, err = c.Write(t.Context(), test.ref, merged(d, map[string]any{"cpu": "1024", "memory": "2048"}))
			case "remove":
				_, err = c.Write(t.Context(), test.ref, nil)
			}
			if err == nil || err.Error() != test.want {
				t.Errorf("got  %v\nwant %s", err, test.want)
			}
		})
	}
}

// Whichever call's answer is lost, writing again brings about what was asked for, once.
func TestLostAnswers(t *testing.T) {
	trips := roundTrips()
	trips["task definition"] = roundTrip{ref: ref(fleet.KindTaskDefinition, "web:3"), change: map[string]any{"cpu": "1024", "memory": "2048"}}
	for name, trip := range trips {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for calls, whole := 0, false; !whole; calls++ {
				server, c := simulated(t, aws.Options{})
				after := fleet.Document(merged(read(t, c, trip.ref), trip.change)).Clone()
				server.CutAfter(calls, true)
				lost, stop := context.WithTimeout(t.Context(), 50*time.Millisecond)
				_, err := c.Write(lost, trip.ref, after)
				stop()
				whole = err == nil // it needed no more calls than were let through
				server.Mend()
				where := trip.ref
				if made := write(t, c, trip.ref, after); made != "" {
					where.ID = lastPart(made)
				}
				if d := cmp.Diff(after, read(t, c, where)); d != "" {
					t.Errorf("with the answer to call %d lost (-want +got):\n%s", calls+1, d)
				}
				if where.Kind == fleet.KindTaskDefinition && where.ID != "web:4" {
					t.Errorf("with the answer to call %d lost it is %s: registered twice", calls+1, where.ID)
				}
			}
		})
	}
}

// What AWS says is missing is not always the permission of the call.
func TestPermissionThatAWSNames(t *testing.T) {
	err := told(&smithy.OperationError{ServiceID: "ECS", OperationName: "RegisterTaskDefinition", Err: &smithy.GenericAPIError{
		Code: "AccessDeniedException", Message: "User: arn:aws:iam::123456789012:user/ci is not authorized to perform: iam:PassRole on resource: arn:aws:iam::123456789012:role/run",
	}})
	if err.Error() != "allow iam:PassRole" {
		t.Errorf("got %v", err)
	}
}

func TestOnce(t *testing.T) {
	lost := &smithy.GenericAPIError{Code: "RequestTimeout"}
	refused := &smithy.GenericAPIError{Code: "ClientException", Message: "no"}
	tests := map[string]struct {
		answers []error // of the calls
		landed  bool
		calls   int
		fails   bool
	}{
		"answered":               {[]error{nil}, false, 1, false},
		"lost, but carried out":  {[]error{lost}, true, 1, false},
		"lost, and to be called": {[]error{lost, lost, nil}, false, 3, false},
		"refused":                {[]error{refused}, false, 1, true},
		"lost for good":          {[]error{lost, lost, lost, lost, nil}, false, otherAttempts, true},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				calls := 0
				err := once(t.Context(), func() (bool, error) { return test.landed, nil }, func() error {
					calls++
					return test.answers[calls-1]
				})
				if calls != test.calls || (err != nil) != test.fails {
					t.Errorf("%d calls, %v; want %d", calls, err, test.calls)
				}
			})
		})
	}
}

// Two who write their own rules of one web ACL at once both find theirs in it.
func TestThrottlesAtOnce(t *testing.T) {
	_, c := simulated(t, aws.Options{Latency: 2 * time.Millisecond})
	rule := read(t, c, ref(fleet.KindThrottle, edge+"/rate"))
	delete(rule, "Priority")
	names := []string{"/a", "/b", "/c"}
	var writers sync.WaitGroup
	for _, name := range names {
		writers.Go(func() {
			if _, err := c.Write(t.Context(), ref(fleet.KindThrottle, edge+name), rule); err != nil {
				t.Error(err)
			}
		})
	}
	writers.Wait()
	priorities := map[any]bool{}
	for _, name := range append(names, "/other", "/rate") {
		priorities[read(t, c, ref(fleet.KindThrottle, edge+name))["Priority"]] = true
	}
	if len(priorities) != 5 {
		t.Errorf("the priorities of 5 rules are %v", priorities)
	}
	if _, err := c.Write(t.Context(), ref(fleet.KindThrottle, "none|REGIONAL|1/rate"), rule); err == nil {
		t.Error("a rule was written into a web ACL that is not there")
	}
}

func TestWritingNeedsTheAccount(t *testing.T) {
	server, _ := simulated(t, aws.Options{})
	t.Setenv("AWS_ENDPOINT_URL", server.URL())
	t.Setenv("AWS_ACCESS_KEY_ID", "any")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "key")
	tests := map[string]struct{ account, want string }{
		"unknown": {"", "the plan does not say which account may be written to"},
		"another": {"999999999999", "the credentials belong to account 123456789012, and the plan says 999999999999"},
		"right":   {"123456789012", ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			c := New(Options{})
			dashboard := fleet.Ref{Place: fleet.Place{Account: test.account, Region: "us-east-1"}, Kind: fleet.KindDashboard, ID: "beta"}
			_, err := c.Write(t.Context(), dashboard, fleet.Document{"DashboardBody": "{}"})
			if test.want == "" && err != nil || test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)) {
				t.Errorf("got %v, want %q", err, test.want)
			}
		})
	}
	for _, call := range server.Calls() {
		if call.Write && call.Action != "PutDashboard" {
			t.Errorf("called %s", call.Action)
		}
	}
}

// Nothing is asked, let alone written, with credentials of another account than the plan names.
func TestTheAccountComesFirst(t *testing.T) {
	server, c := simulated(t, aws.Options{})
	elsewhere := here
	elsewhere.Account = "999999999999"
	calls := map[string]func() error{
		"read": func() error {
			_, err := c.Read(t.Context(), fleet.Ref{Place: elsewhere, Kind: fleet.KindDashboard, ID: "beta"})
			return err
		},
		"settle": func() error {
			return c.Settle(t.Context(), fleet.Ref{Place: elsewhere, Kind: fleet.KindService, ID: "beta/web"})
		},
	}
	for name, call := range calls {
		if err := call(); err == nil || !strings.Contains(err.Error(), "the credentials belong to account 123456789012") {
			t.Errorf("%s: got %v", name, err)
		}
	}
	for _, call := range server.Calls() {
		if call.Action != "GetCallerIdentity" {
			t.Errorf("called %s", call.Action)
		}
	}
}

// An answer that names no account is none: whoever gave it is not AWS.
func TestAccountThatNobodyNames(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	defer server.Close()
	c := New(Options{Simulation: &Simulation{URL: server.URL, Region: "us-east-1", Now: time.Now}})
	if account, err := c.Account(t.Context(), here); err == nil || !strings.Contains(err.Error(), "names no account") {
		t.Errorf("got %q, %v", account, err)
	}
}

// The account is asked once where there was an answer, and again where there was none.
func TestAccountIsAskedOnce(t *testing.T) {
	server, c := simulated(t, aws.Options{})
	gone, stop := context.WithCancel(t.Context())
	stop()
	if _, err := c.Account(gone, here); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	for range 2 {
		if account, err := c.Account(t.Context(), here); account != "123456789012" || err != nil {
			t.Errorf("got %s, %v", account, err)
		}
	}
	if n := len(server.Calls()); n != 1 {
		t.Errorf("%d calls, want 1", n)
	}
}
