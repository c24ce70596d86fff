package dsl_test

import (
	"fmt"
	"strings"
	"testing"

	"plimsoll/dsl"
)

// BenchmarkLoad loads a plan of 10,000 lines: services, flows, scenarios and SLAs as a large team would have them.
func BenchmarkLoad(b *testing.B) {
	source := dsl.Source{FS: files(large(10_000)), Paths: []string{"plans"}}
	b.ReportAllocs()
	for b.Loop() {
		if _, list := dsl.Load(source); list.HasErrors() {
			b.Fatal(list.Diagnostics)
		}
	}
}

// large writes a plan of at least so many lines into several files.
func large(lines int) map[string]string {
	texts := map[string]string{"plans/shared.hcl": "variable \"host\" { default = \"example.com\" }\nlocals {\n  token = \"abcdefgh\"\n}\ndata \"words\" {\n  rows = [{ word = \"a\" }, { word = \"b\" }]\n}\n"}
	written := 7
	for i := 0; written < lines; i++ {
		text := fmt.Sprintf(`
service "s%[1]d" {
  endpoint = "https://s%[1]d.${var.host}"
  requirement {
    users = %[1]d + 10
  }
  sla "fast" { assert = "step.f%[1]d.login.latency.p95 < 800ms" }
  sla "honest" {
    assert = "error_rate < 1%% and step.f%[1]d.item3.error_rate < 2%%"
    window = "10s"
  }
}
flow "f%[1]d" {
  http "login" {
    post  = "/api/login"
    json  = { token = local.token, user = "{{ user }}", list = [1, 2, "{{ iteration }}"] }
    check = ["status == 200", "json.session != ''"]
    save  = { session = "json.session", id = "json.id" }
  }
`, i)
		for j := range 10 {
			text += fmt.Sprintf(`  think { between = ["1s", "3s"] }
  http "item%[1]d" {
    get     = "/api/items/{{ id }}/%[1]d/{{ data.words.word }}"
    headers = {
      Authorization = "Bearer {{ session }}"
      Accept        = "application/json"
    }
    check   = "status == 200 && elapsed < 2s"
    when    = "iteration >= %[1]d"
  }
`, j)
		}
		text += fmt.Sprintf(`}
baseline "b%[1]d" {
  service  = service.s%[1]d
  flow     = flow.f%[1]d
  users    = service.s%[1]d.requirement.users
  duration = "5m"
  sla "own" { assert = "latency.p99 < 2s" }
}
stress "t%[1]d" {
  service = service.s%[1]d
  flow    = flow.f%[1]d
  users   = { from = 10, to = 100, step = 10, every = "1m" }
}
`, i)
		texts[fmt.Sprintf("plans/team%03d.hcl", i)] = text
		written += strings.Count(text, "\n")
	}
	return texts
}
