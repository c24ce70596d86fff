package dsl_test

import (
	"strings"
	"testing"
)

// TestDigest: what affects the load changes the digest, and nothing else does.
func TestDigest(t *testing.T) {
	const text = `
variable "token" {
  default   = "first-secret"
  sensitive = true
}
data "words" {
  rows = [{ word = "a" }]
}
service "chat" {
  endpoint = "https://one.example.com/base"
  timeout  = "5s"
  headers  = { Authorization = var.token }
  sla "fast" { assert = "latency.p95 < 1s" }
}
flow "ask" {
  http "home" { get = "/{{ data.words.word }}" }
}
baseline "normal" {
  description = "a day"
  service     = service.chat
  flow        = flow.ask
  users       = 10
  duration    = "1m"
}
`
	digest := func(t *testing.T, text string) string { return load(t, text).Scenarios[0].Digest }
	before := digest(t, text)
	for _, tt := range []struct {
		name, old, new string
		same           bool
	}{
		{"comment", "baseline", "# a comment\nbaseline", true},
		{"description", "a day", "a night", true},
		{"SLA", "1s", "2s", true},
		{"secret", "first-secret", "second-secret", true},
		{"host", "one.example", "two.example", true},
		{"service's name", "chat", "web", true},
		{"scenario's name", "normal", "usual", true},
		{"fleet", "  sla ", "  ecs {\n    cluster = \"beta\"\n    service = \"web\"\n  }\n  desired { cpu = 256 }\n  guard { max_tasks = 5 }\n  metric \"cpu\" { name = \"CPUUtilization\" }\n  sla ", true},
		{"locals", "users       = 10", "users       = 5 + 5", true},
		{"users", "users       = 10", "users       = 11", false},
		{"rate", "users       = 10", `rate = "10/s"`, false},
		{"duration", `"1m"`, `"2m"`, false},
		{"scheme", "https:", "http:", false},
		{"base path", "/base", "/other", false},
		{"timeout", "5s", "6s", false},
		{"path", "get = \"/", "get = \"/x", false},
		{"method", "get =", "post =", false},
		{"rows", `"a"`, `"b"`, false},
		{"warm-up", "duration ", "warm_up = \"1s\"\n  duration ", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			changed := strings.ReplaceAll(text, tt.old, tt.new)
			if changed == text {
				t.Fatal("nothing was changed")
			}
			if same := digest(t, changed) == before; same != tt.same {
				t.Errorf("the same digest: %v, want %v", same, tt.same)
			}
		})
	}
}
