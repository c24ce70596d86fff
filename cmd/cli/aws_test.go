package cli_test

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"plimsoll/cmd/cli"
	simaws "plimsoll/runner/sim/aws"
)

// The AWS here is simulated, and the plans do not know: they speak to it as to the real one, by AWS_ENDPOINT_URL.

const realPlan = `
service "web" {
  ecs {
    cluster = "beta"
    service = "web"
    region  = "us-east-1"
    account = "123456789012"
  }
  desired {
    tasks = { min = 1, max = 8 }
  }
  sla "running" { assert = "ecs.self.running >= 1" }
}
`

// account starts an AWS with the fleet of plans/fleet, and points the SDK at it.
func account(t *testing.T, o simaws.Options) *simaws.Server {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "plans", "fleet", "account.json"))
	if err != nil {
		t.Fatal(err)
	}
	var fleet simaws.Fleet
	if err := json.Unmarshal(text, &fleet); err != nil {
		t.Fatal(err)
	}
	server, err := simaws.Start(context.Background(), o, fleet, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	})
	pointAt(t, server.URL())
	return server
}

// pointAt gives the SDK an address and credentials, and nothing of this machine's.
func pointAt(t testing.TB, url string) {
	t.Helper()
	for name, value := range map[string]string{
		"AWS_ENDPOINT_URL": url, "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_SESSION_TOKEN": "",
		"AWS_REGION": "", "AWS_DEFAULT_REGION": "", "AWS_PROFILE": "", "AWS_EC2_METADATA_DISABLED": "true",
		"AWS_CONFIG_FILE": os.DevNull, "AWS_SHARED_CREDENTIALS_FILE": os.DevNull,
	} {
		t.Setenv(name, value)
	}
}

// planned writes a plan into a folder of its own, which also has the state.
func planned(t *testing.T, text string) string {
	t.Helper()
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "plan.hcl"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return folder
}

// patience is how long a verb may take that has nothing to wait for.
const patience = 20 * time.Second

// call runs a verb in this process.
func call(args ...string) (code int, stdout, stderr string) {
	var out, err bytes.Buffer
	c := cli.Command{Stdin: strings.NewReader(""), Stdout: &out, Stderr: &err, Getenv: nothing, Signals: func(c chan<- os.Signal) {
		time.AfterFunc(patience, func() { c <- os.Interrupt }) // which shows as exit code 130
	}}
	code = c.Run(args)
	return code, out.String(), err.String()
}

// TestTroubleWithAWS: one short text that says what to do, the same for every verb.
func TestTroubleWithAWS(t *testing.T) {
	const expired = "plimsoll: read AWS: the AWS credentials have expired: renew them (aws sso login, or new keys)\n"
	tests := map[string]struct {
		options simaws.Options
		prepare func(*testing.T)
		want    string
	}{
		"no credentials": {
			prepare: func(t *testing.T) { t.Setenv("AWS_ACCESS_KEY_ID", ""); t.Setenv("AWS_SECRET_ACCESS_KEY", "") },
			want:    "plimsoll: read AWS: no AWS credentials were found: set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or run aws configure\n",
		},
		"all is denied":       {options: simaws.Options{Deny: []string{"*"}}, want: "plimsoll: read AWS: allow sts:GetCallerIdentity\n"},
		"expired credentials": {options: simaws.Options{Expired: []string{"AKIDEXAMPLE"}}, want: expired},
		"nobody listens": {
			prepare: func(t *testing.T) { t.Setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1") },
			want:    "plimsoll: read AWS: cannot reach 127.0.0.1:1: check the network, the proxy and AWS_ENDPOINT_URL\n",
		},
		"no such profile": {
			prepare: func(t *testing.T) { t.Setenv("AWS_PROFILE", "nosuch") },
			want:    "nosuch",
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			account(t, tt.options)
			if tt.prepare != nil {
				tt.prepare(t)
			}
			folder := planned(t, realPlan)
			for _, args := range [][]string{
				{"review", folder}, {"adjust", folder, "--yes"}, {"watch", folder, "--logs"},
			} {
				code, stdout, stderr := call(args...)
				if code != 3 || stdout != "" || !strings.Contains(stderr, tt.want) || strings.Count(stderr, "\n") != 1 {
					t.Errorf("%s: exit %d, %q; %q\nwant %q", args[0], code, stdout, stderr, tt.want)
				}
			}
		})
	}
}

// TestDenied: what one permission hides is named with it, and all else still works.
func TestDenied(t *testing.T) {
	account(t, simaws.Options{Deny: []string{"application-autoscaling:DescribeScalingPolicies"}})
	folder := planned(t, realPlan)
	code, stdout, stderr := call("review", folder)
	if code != 1 || !strings.Contains(stdout, "allow application-autoscaling:DescribeScalingPolicies") || !strings.Contains(stdout, "maximum tasks  3  →  8") || stderr != "" {
		t.Errorf("exit %d\n%s%s", code, stdout, stderr)
	}
}

// TestDeniedService: each missing permission is named, once.
func TestDeniedService(t *testing.T) {
	account(t, simaws.Options{Deny: []string{"ecs:*"}})
	folder := planned(t, realPlan)
	tests := map[string]struct {
		code int
		args []string
	}{
		"review": {3, nil}, "adjust": {1, []string{"--yes"}}, "trends": {0, []string{"--since", "3d"}},
		"watch": {3, []string{"--once"}}, "logs": {3, []string{"--logs"}},
	}
	for name, tt := range tests {
		verb := map[string]string{"trends": "watch", "logs": "watch"}[name]
		code, stdout, stderr := call(append([]string{cmp.Or(verb, name), folder}, tt.args...)...)
		if n := strings.Count(stdout+stderr, "allow ecs:DescribeServices"); code != tt.code || n == 0 || n > 2 {
			t.Errorf("%s: exit %d, want %d; the permission is named %d times\n%s%s", name, code, tt.code, n, stdout, stderr)
		}
	}
}

// TestClock: a clock that is off is made up for.
func TestClock(t *testing.T) {
	account(t, simaws.Options{Skew: time.Hour})
	if code, stdout, stderr := call("review", planned(t, realPlan), "-q"); code != 1 || !strings.Contains(stdout, "maximum tasks  3  →  8") {
		t.Errorf("exit %d\n%s%s", code, stdout, stderr)
	}
}

// TestNoAccount: what may be written is said in the plan, before anything is asked.
func TestNoAccount(t *testing.T) {
	pointAt(t, "http://127.0.0.1:1")
	folder := planned(t, strings.Replace(realPlan, `account = "123456789012"`, "", 1))
	const want = "plimsoll: web does not say which account may be written to: give its ecs block account = \"…\", twelve digits\n"
	if code, _, stderr := call("adjust", folder, "--yes"); code != 2 || stderr != want {
		t.Errorf("exit %d, %q", code, stderr)
	}
}

// TestDeniedWrite: nothing is between before and after.
func TestDeniedWrite(t *testing.T) {
	server := account(t, simaws.Options{Deny: []string{"application-autoscaling:RegisterScalableTarget"}})
	folder := planned(t, realPlan)
	code, _, stderr := call("adjust", folder, "--yes")
	last := stderr[strings.LastIndex(strings.TrimSpace(stderr), "\n")+1:]
	if code != 3 || !strings.Contains(last, "allow application-autoscaling:RegisterScalableTarget") || !strings.Contains(last, "all is as it was") {
		t.Errorf("exit %d\n%s", code, stderr)
	}
	for _, made := range server.Calls() {
		if made.Write && made.Code == "" {
			t.Errorf("it has written %s", made.Action)
		}
	}
}

// TestUnknownNames: what is not there is told with what is.
func TestUnknownNames(t *testing.T) {
	account(t, simaws.Options{})
	tests := map[string]string{
		strings.Replace(realPlan, `service = "web"`, `service = "wbe"`, 1):  "did you mean web?",
		strings.Replace(realPlan, `cluster = "beta"`, `cluster = "bta"`, 1): "did you mean beta?",
	}
	for text, want := range tests {
		folder := planned(t, text)
		for _, args := range [][]string{{"review", folder}, {"adjust", folder, "--yes"}, {"watch", folder, "--once"}} {
			code, stdout, stderr := call(args...)
			if wanted := map[string]int{"review": 1, "adjust": 1, "watch": 3}[args[0]]; code != wanted || !strings.Contains(stdout+stderr, want) {
				t.Errorf("%s: exit %d, want %d and %q\n%s%s", args[0], code, wanted, want, stdout, stderr)
			}
		}
	}
}

// TestThrottled: a slow AWS is asked politely, and answers in the end.
func TestThrottled(t *testing.T) {
	account(t, simaws.Options{Throttle: map[string]float64{"ecs:*": 5}})
	if code, stdout, stderr := call("watch", planned(t, realPlan), "--once"); code != 0 || !strings.Contains(stdout, "✓  web") {
		t.Errorf("exit %d\n%s%s", code, stdout, stderr)
	}
}

// TestScrape: a watch serves its tables to Prometheus until it is interrupted.
func TestScrape(t *testing.T) {
	account(t, simaws.Options{})
	var interrupts chan<- os.Signal
	output, input := io.Pipe()
	c := cli.Command{Stdout: io.Discard, Stderr: input, Getenv: nothing, Signals: func(to chan<- os.Signal) { interrupts = to }}
	code := make(chan int, 1)
	folder := planned(t, realPlan)
	go func() { code <- c.Run([]string{"watch", folder, "--prometheus", ":0"}); input.Close() }()
	said := bufio.NewReader(output)
	line, err := said.ReadString('\n')
	url, ok := strings.CutPrefix(strings.TrimSpace(line), "Metrics: ")
	if err != nil || !ok || !strings.HasPrefix(url, "http://127.0.0.1:") {
		t.Fatalf("it said %q: %v", line, err)
	}
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		if text := scrape(t, url); strings.Contains(text, `plimsoll_service_tasks_running{service="web"} 1`) {
			break
		} else if time.Now().After(deadline) {
			t.Fatalf("it serves\n%s", text)
		}
	}
	interrupts <- os.Interrupt
	rest, _ := io.ReadAll(said)
	if got := <-code; got != 130 || string(rest) != "plimsoll: interrupted\n" {
		t.Errorf("exit %d, %q", got, rest)
	}
}

func scrape(t *testing.T, url string) string {
	t.Helper()
	response, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(io.LimitReader(response.Body, 1<<20))
	if err != nil || response.StatusCode != http.StatusOK {
		t.Fatalf("%s: %v", response.Status, err)
	}
	return string(text)
}

// TestNetworkCut: wherever the network goes away, the fleet is as before or as asked, or is told to be between, and brought back.
func TestNetworkCut(t *testing.T) {
	whole := account(t, simaws.Options{})
	if code, _, stderr := call("adjust", planned(t, realPlan), "--yes"); code != 0 {
		t.Fatalf("exit %d\n%s", code, stderr)
	}
	calls := len(whole.Calls())
	for _, early := range []int{1, 2, 3} {
		server := account(t, simaws.Options{})
		folder := planned(t, realPlan)
		server.CutAfter(calls-early, true)
		code, _, stderr := call("adjust", folder, "--yes")
		if code != 3 || !strings.Contains(stderr, "cannot reach ") {
			t.Errorf("%d calls early: exit %d\n%s", early, code, stderr)
		}
		server.Mend()
		if strings.Contains(stderr, "--undo") {
			if code, _, stderr := call("rollback", folder, "--undo", "--yes"); code != 0 {
				t.Errorf("%d calls early: undone with exit %d\n%s", early, code, stderr)
			}
		}
		if code, stdout, _ := call("review", folder, "-q", "--no-history"); code != 1 || !strings.Contains(stdout, "maximum tasks  3  →  8") {
			t.Errorf("%d calls early: it is not as it was: exit %d\n%s", early, code, stdout)
		}
	}
}
