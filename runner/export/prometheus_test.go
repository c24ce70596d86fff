package export_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"plimsoll/runner/export"
	"plimsoll/runner/fleet/watch"
	"plimsoll/runner/result"
)

// scraped is what a scrape has of us.
func scraped(t *testing.T, handler http.Handler) string {
	t.Helper()
	recorder := httptest.NewRecorder()
	handler.ServeHTTP(recorder, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	text, err := io.ReadAll(recorder.Result().Body)
	if err != nil || recorder.Code != http.StatusOK {
		t.Fatalf("%d: %v", recorder.Code, err)
	}
	return string(text)
}

func TestPrometheus(t *testing.T) {
	cpu := 0.41
	page := &export.Prometheus{}
	handler := page.Handler()
	if text := scraped(t, handler); strings.Contains(text, "plimsoll_") {
		t.Errorf("before the first look:\n%s", text)
	}
	page.Show(watch.Table{At: time.Now(), Services: []watch.Status{
		{
			Service: "web", State: watch.Alarm, Tasks: watch.Tasks{Desired: 3, Running: 2, Pending: 1, Min: 1, Max: 50}, CPU: &cpu,
			Headroom: &watch.Headroom{Share: -0.1}, Alarms: []string{"high-cpu"},
			SLAs: []watch.SLA{{Name: "a \"name\"\n", Verdict: result.Fail}, {Name: "honest", Verdict: result.Inconclusive}},
		},
		{Service: "gone", State: watch.Missing},
	}})
	text := scraped(t, handler)
	for _, want := range []string{
		`plimsoll_service_tasks_running{service="web"} 2`, `plimsoll_service_tasks_max{service="web"} 50`,
		`plimsoll_service_cpu_ratio{service="web"} 0.41`, `plimsoll_service_headroom_ratio{service="web"} -0.1`,
		`plimsoll_service_alarms_firing{service="web"} 1`, `plimsoll_service_state{service="web",state="alarm"} 1`,
		`plimsoll_service_sla_verdict{service="web",sla="a \"name\"\n"} 0`, `plimsoll_service_sla_verdict{service="web",sla="honest"} -1`,
		`plimsoll_service_state{service="gone",state="missing"} 1`,
	} {
		if !strings.Contains(text, want+"\n") {
			t.Errorf("no %s in\n%s", want, text)
		}
	}
	for _, not := range []string{"memory_ratio{", `tasks_running{service="gone"}`, `alarms_firing{service="gone"}`} {
		if strings.Contains(text, not) {
			t.Errorf("%s, of which nothing is known, is in\n%s", not, text)
		}
	}
}
