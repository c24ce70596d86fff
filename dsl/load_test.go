package dsl_test

import (
	"fmt"
	"io/fs"
	"os"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"
	"plimsoll/dsl"
	"plimsoll/dsl/plan"
)

// load loads a plan of one file that must be right.
func load(t *testing.T, text string) *plan.Plan {
	t.Helper()
	p, list := dsl.Load(dsl.Source{FS: files(map[string]string{"plan.hcl": text}), Paths: []string{"plan.hcl"}, Getenv: getenv})
	if p == nil {
		t.Fatalf("the plan does not load:\n%s", golden(list))
	}
	return p
}

const minimal = `
service "chat" { endpoint = "http://localhost" }
flow "ask" {
  http "home" { get = "/" }
}
baseline "normal" {
  service  = service.chat
  flow     = flow.ask
  users    = 1
  duration = "1m"
}
`

func TestVariablePrecedence(t *testing.T) {
	const text = `
variable "users" {
  type    = number
  default = 1
}
` + minimal
	for _, tt := range []struct {
		name      string
		variables map[string]string
		varFiles  []string
		env       map[string]string
		want      float64
	}{
		{"default", nil, nil, nil, 1},
		{"environment", nil, nil, map[string]string{"PLIMSOLL_VAR_users": "2"}, 2},
		{"file", nil, []string{"a.tfvars"}, map[string]string{"PLIMSOLL_VAR_users": "2"}, 3},
		{"last file", nil, []string{"a.tfvars", "b.tfvars"}, nil, 4},
		{"flag", map[string]string{"users": "5"}, []string{"a.tfvars"}, map[string]string{"PLIMSOLL_VAR_users": "2"}, 5},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p, list := dsl.Load(dsl.Source{
				FS: files(map[string]string{
					"plan.hcl": strings.ReplaceAll(text, "users    = 1", "users    = var.users"), "a.tfvars": "users = 3", "b.tfvars": "users = 4",
				}),
				Paths: []string{"."}, Variables: tt.variables, VarFiles: tt.varFiles,
				Getenv: func(name string) (string, bool) { v, ok := tt.env[name]; return v, ok },
			})
			if p == nil {
				t.Fatal(golden(list))
			}
			if got := p.Scenarios[0].Load.Steady; got != tt.want {
				t.Errorf("users = %v, want %v", got, tt.want)
			}
		})
	}
}

func TestCollectionsFromOutside(t *testing.T) {
	const text = `
variable "regions" { type = map(number) }
service "chat" {
  for_each = var.regions
  endpoint = "http://localhost"
}
flow "ask" {
  http "home" { get = "/" }
}
baseline "normal" {
  service  = service.chat["eu"]
  flow     = flow.ask
  users    = var.regions["eu"]
  duration = "1m"
}
`
	p, list := dsl.Load(dsl.Source{
		FS: files(map[string]string{"plan.hcl": text}), Paths: []string{"plan.hcl"},
		Variables: map[string]string{"regions": `{ eu = 7, us = 8 }`},
	})
	if p == nil {
		t.Fatal(golden(list))
	}
	if len(p.Services) != 2 || p.Scenarios[0].Load.Steady != 7 || p.Scenarios[0].Service.Title() != `chat["eu"]` {
		t.Errorf("services %d, users %v of %s", len(p.Services), p.Scenarios[0].Load.Steady, p.Scenarios[0].Service.Title())
	}
}

func TestSecretsAreCollected(t *testing.T) {
	p := load(t, `
variable "token" {
  default   = env("CHAT_TOKEN")
  sensitive = true
}
variable "login" {
  default   = { user = "alice-a", password = "wonderland" }
  sensitive = true
}
locals {
  header = "Bearer ${var.token}"
  upper  = upper(var.token)
}
service "chat" {
  endpoint = "http://localhost"
  headers  = { Authorization = local.header, X-Other = "${local.upper}!" }
}
flow "ask" {
  http "home" {
    post = "/"
    json = { login = var.login, again = ["${var.login.password}"] }
  }
}
`)
	want := plan.Secrets{"alice-a", "wonderland", "abc/def+ghi", "ABC/DEF+GHI"}
	sorted := cmp.Transformer("set", func(s plan.Secrets) map[string]bool {
		set := map[string]bool{}
		for _, v := range s {
			set[v] = true
		}
		return set
	})
	if d := cmp.Diff(want, p.Secrets, sorted); d != "" {
		t.Errorf("secrets (-want +got):\n%s", d)
	}
}

func TestOrder(t *testing.T) {
	scenario := func(name, after string) string {
		return fmt.Sprintf("baseline %q {\n service = service.chat\n flow = flow.ask\n users = 1\n duration = \"1m\"\n after = %s\n}\n", name, after)
	}
	p, list := dsl.Load(dsl.Source{Paths: []string{"."}, FS: files(map[string]string{
		"b.hcl": scenario("b1", "null") + scenario("b2", "null"),
		"a.hcl": strings.ReplaceAll(minimal, "normal", "base") + scenario("a1", "baseline.b2") + scenario("a2", "[flow.ask]"),
	})})
	if p == nil {
		t.Fatal(golden(list))
	}
	var names []string
	for _, s := range p.Scenarios {
		names = append(names, s.Name)
	}
	if d := cmp.Diff([]string{"base", "b2", "a1", "a2", "b1"}, names); d != "" {
		t.Errorf("order (-want +got):\n%s", d)
	}
	if p.Scenarios[3].Finally == nil || p.Scenarios[3].After != nil {
		t.Error("after = [flow.ask] is not the flow that runs finally")
	}
}

func TestFilesThatCannotBeRead(t *testing.T) {
	tree := files(map[string]string{
		"plan/plan.hcl": minimal, "empty/readme.md": "", "outside/plan.hcl": `plan { include = ["../../x"] }`,
		"include/plan.hcl": `plan { include = [var.x] }`, "huge/plan.hcl": strings.Repeat("#", 9<<20),
		"deep/plan.hcl": "locals {\n a = " + strings.Repeat("[", 100_000) + "\n}", "chain/plan.hcl": "locals {\n a = " + strings.Repeat("1+", 100_000) + "1\n}",
		"number/plan.hcl":   "locals {\n a = 1e99999999\n}",
		"doubling/plan.hcl": doubling(40),
		"loops/plan.hcl":    "locals {\n a = [for x in range(1000) : [for y in range(1000) : { for z in range(1000) : z => x }]]\n}",
	})
	for _, tt := range []struct{ path, want string }{
		{"plan", ""},
		{"nowhere", "cannot read nowhere: it does not exist"},
		{"../up", "cannot read ../up: it leads out of the repository"},
		{"plan/none.hcl", "cannot read plan/none.hcl: it does not exist"},
		{"plan/plan.hcl/", ""},
		{"empty", "the folder empty holds no *.hcl file"},
		{"outside", "../../x leads out of the repository"},
		{"include", "include takes a list of plain texts"},
		{"huge", "cannot read huge/plan.hcl: it has 9437184 bytes, more than 8388608"},
		{"deep", "nested too deeply"},
		{"chain", "nested too deeply"},
		{"number", "the value is too large"},
		{"doubling", "the value is too large"},
		{"loops", "more than 2 for expressions in each other"},
	} {
		t.Run(tt.path, func(t *testing.T) {
			_, list := dsl.Load(dsl.Source{FS: tree, Paths: []string{tt.path}})
			got := ""
			if len(list.Diagnostics) > 0 {
				got = list.Diagnostics[0].Summary
			}
			if got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
	if _, list := dsl.Load(dsl.Source{FS: tree}); !list.HasErrors() {
		t.Error("no path is no error")
	}
}

// doubling is a plan of a few lines whose values would fill any memory.
func doubling(n int) string {
	var b strings.Builder
	b.WriteString("locals {\n v0 = \"0123456789\"\n")
	for i := range n {
		fmt.Fprintf(&b, " v%d = \"${local.v%d}${local.v%d}\"\n", i+1, i, i)
	}
	return b.String() + "}"
}

// broken is a file system in which nothing can be read.
type broken struct{ fstest.MapFS }

func (broken) ReadFile(string) ([]byte, error) { return nil, fs.ErrPermission }

func TestUnreadableFile(t *testing.T) {
	_, list := dsl.Load(dsl.Source{FS: broken{files(map[string]string{"plan.hcl": minimal})}, Paths: []string{"plan.hcl"}})
	if got := golden(list); !strings.Contains(got, "permission denied") {
		t.Errorf("got %s", got)
	}
}

func TestDefaults(t *testing.T) {
	p := load(t, minimal)
	got, s := *p.Scenarios[0], p.Services[0]
	if got.Ramp >= 0 || got.Grace != 30*time.Second || got.Retry != time.Second || got.MaxUsers != 10_000 || got.Patience != 5*time.Second {
		t.Errorf("defaults of a scenario: %+v", got)
	}
	if s.Timeout != 30*time.Second || s.Connect != 10*time.Second || s.DNS != 30*time.Second || s.MaxAge != time.Minute || s.BodyLimit != 10_000_000 {
		t.Errorf("defaults of a service: %+v", s)
	}
}

func FuzzLoad(f *testing.F) {
	f.Add(minimal)
	for name, text := range large(50) {
		_ = name
		f.Add(text)
	}
	for _, name := range []string{"testdata/plans/chatbot/plan.hcl", "testdata/plans/everything/plan.hcl"} {
		text, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(text))
	}
	f.Add("locals {\n a = { for k, v in local.b : k => v }\n b = [1, \"${local.a}\"]\n}")
	f.Add("service \"s\" {\n endpoint = \"http://a\"\n source = [\"::1-::9\", \"auto\"]\n}\ncapacity \"c\" {\n service = service.s\n path = \"/\"\n levels = [1, \"2\"]\n rate = \"1/h\"\n}")
	f.Add("service \"s\" {\n ecs {\n  cluster = \"b\"\n }\n desired {\n  cpu = -5\n  alarm \"a\" {\n   namespace = \"ECS/ContainerInsights\"\n   above = null\n  }\n  track \"custom\" {\n   metric {}\n  }\n }\n}\nfleet {\n exempt = []\n}\nbudget \"b\" {\n alert_at = []\n}")
	f.Add("flow \"f\" {\n http \"a\" { get = <<-X\n  {{ a }}\n X\n }\n}")
	f.Fuzz(func(t *testing.T, text string) {
		p, list := dsl.Load(dsl.Source{FS: files(map[string]string{"plan.hcl": text}), Paths: []string{"plan.hcl"}})
		if (p == nil) != list.HasErrors() {
			t.Error("a plan and errors, or neither")
		}
		for _, d := range list.Diagnostics {
			if d.Subject == nil || d.Summary == "" {
				t.Errorf("a diagnostic without place or text: %v", d)
			}
		}
	})
}

// TestBeatenSecretsAreHidden: what a sensitive variable would have been is no less of a secret than what it is.
func TestBeatenSecretsAreHidden(t *testing.T) {
	source := dsl.Source{
		FS: files(map[string]string{
			"plans/plan.hcl": `
variable "token" {
  default   = "from-default"
  sensitive = true
  oops      = "from-default"
}
variable "tokens" {
  type      = list(string)
  default   = [env("UNSET")]
  sensitive = true
}
`,
			"plans/a.tfvars": `token = "from-file-a"`,
			"plans/b.tfvars": `token = "from-file-b"`,
		}),
		Paths: []string{"plans"}, VarFiles: []string{"plans/a.tfvars", "plans/b.tfvars"}, Variables: map[string]string{"token": "from-line"},
		Getenv: func(name string) (string, bool) {
			value, ok := map[string]string{"PLIMSOLL_VAR_token": "from-environment", "PLIMSOLL_VAR_tokens": `["first-of-list"]`}[name]
			return value, ok
		},
	}
	_, list := dsl.Load(source)
	if len(list.Diagnostics) != 1 || !strings.Contains(list.Diagnostics[0].Summary, "no attribute oops") {
		t.Errorf("diagnostics: %v", list.Diagnostics)
	}
	for _, secret := range []string{"from-default", "from-file-a", "from-file-b", "from-environment", "from-line", "first-of-list"} {
		if shown := list.Redact("<" + secret + ">"); shown != "<(sensitive)>" {
			t.Errorf("%s is shown", shown)
		}
	}
}
