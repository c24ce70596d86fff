package machine

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestTask(t *testing.T) {
	const base = "/v4/abc"
	full := &Task{
		Cluster: "arn:aws:ecs:us-east-1:123456789012:cluster/beta-cluster", ARN: "arn:aws:ecs:us-east-1:123456789012:task/beta-cluster/0f9d",
		Family: "plimsoll", Revision: "7", Service: "load", LaunchType: "FARGATE", Zone: "us-east-1a", Network: "awsvpc",
		CPU: 0.25, Memory: 512 << 20, Container: Container{"plimsoll", 256, 400 << 20},
	}
	withoutContainer := *full
	withoutContainer.Network, withoutContainer.Container = "", Container{}
	for name, test := range map[string]struct {
		address string
		client  Doer
		want    *Task
		unread  []string // each contained
	}{
		"outside of ECS":         {"", answers{}, nil, nil},
		"on Fargate":             {"http://169.254.170.2" + base, answers{base: containerAnswer, base + "/task": taskAnswer}, full, nil},
		"the container unknown":  {"http://169.254.170.2" + base, answers{base + "/task": taskAnswer}, &withoutContainer, []string{"404 Not Found"}},
		"no limits, as on EC2":   {"http://h" + base, answers{base: "{}", base + "/task": `{"Cluster": "c", "Family": "f", "LaunchType": "EC2"}`}, &Task{Cluster: "c", Family: "f", LaunchType: "EC2"}, nil},
		"limits beyond belief":   {"http://h" + base, answers{base: "{}", base + "/task": `{"Limits": {"CPU": -3, "Memory": 9.2e18}}`}, &Task{}, nil},
		"controls in a name":     {"http://h" + base, answers{base: "{}", base + "/task": `{"Family": "a\u001b[31m\n\u202eb"}`}, &Task{Family: "a[31mb"}, nil},
		"a long name":            {"http://h" + base, answers{base: "{}", base + "/task": `{"Family": "` + strings.Repeat("é", 4000) + `"}`}, &Task{Family: strings.Repeat("é", 128)}, nil},
		"garbage":                {"http://h" + base, answers{base + "/task": "<html>"}, nil, []string{"not what ECS answers"}},
		"the wrong kind of JSON": {"http://h" + base, answers{base + "/task": `{"Limits": "many"}`}, nil, []string{"not what ECS answers"}},
		"too large":              {"http://h" + base, answers{base + "/task": `{"Cluster": "` + strings.Repeat("x", maxMetadata) + `"}`}, nil, []string{"larger than 1048576 bytes"}},
		"no such path":           {"http://h/other", answers{}, nil, []string{"404 Not Found"}},
		"no address":             {"169.254.170.2" + base, answers{}, nil, []string{"is no address"}},
		"a file":                 {"file:///etc/passwd", answers{}, nil, []string{"is no address"}},
		"refused":                {"http://h", does(func(*http.Request) (*http.Response, error) { return nil, errBroken }), nil, []string{"broken"}},
	} {
		t.Run(name, func(t *testing.T) {
			i := &inspection{host: Host{Getenv: variable(test.address), Client: test.client}}
			if diff := cmp.Diff(test.want, i.task(t.Context())); diff != "" {
				t.Error(diff)
			}
			if len(i.report.Unread) != len(test.unread) {
				t.Fatalf("unread: %v", i.report.Unread)
			}
			for n, part := range test.unread {
				if why := i.report.Unread[n].Why; !strings.Contains(why, part) {
					t.Errorf("%q does not say %q", why, part)
				}
			}
		})
	}
}

// silent is a body that ends only with the request.
type silent struct{ ctx context.Context }

func (s silent) Read([]byte) (int, error) { <-s.ctx.Done(); return 0, s.ctx.Err() }

func TestTaskHangs(t *testing.T) {
	for name, client := range map[string]Doer{
		"before it answers": does(func(r *http.Request) (*http.Response, error) { <-r.Context().Done(); return nil, r.Context().Err() }),
		"in its answer": does(func(r *http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: http.StatusOK, Body: io.NopCloser(silent{r.Context()})}, nil
		}),
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h := inTask(bare())
				h.Client = client
				start := time.Now()
				r := Inspect(t.Context(), h)
				if took := time.Since(start); took != metadataTimeout {
					t.Errorf("took %v", took)
				}
				if len(r.Unread) != 1 || !strings.Contains(r.Unread[0].Why, "within 2s") || r.Task != nil || r.CPU.Usable != 2 {
					t.Errorf("%+v", r)
				}
			})
		})
	}
}

// TestClient asks a real server through the client of Local, which follows no redirects.
func TestClient(t *testing.T) {
	mux := http.NewServeMux()
	mux.HandleFunc("/v4/abc/task", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, taskAnswer) })
	mux.HandleFunc("/v4/abc", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, containerAnswer) })
	mux.Handle("/moved/task", http.RedirectHandler("/v4/abc/task", http.StatusFound))
	server := httptest.NewServer(mux)
	defer server.Close()

	r := Inspect(t.Context(), Local(variable(server.URL+"/v4/abc")))
	if r.Task == nil || r.Task.Service != "load" || r.CPU.Task != 0.25 || r.Memory.Limit > 400<<20 {
		t.Errorf("%+v", r)
	}
	r = Inspect(t.Context(), Local(variable(server.URL+"/moved")))
	if r.Task != nil || len(r.Unread) != 1 || !strings.Contains(r.Unread[0].Why, "302") {
		t.Errorf("%+v", r)
	}
}
