package engine

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"plimsoll/dsl/plan"
	"plimsoll/runner/metrics"
)

// text is a text as the plan's language would give it: {{ … }} is an expression.
func text(s string) plan.Text {
	var t plan.Text
	for s != "" {
		literal, rest, found := strings.Cut(s, "{{")
		if literal != "" {
			t.Parts = append(t.Parts, plan.Part{Literal: literal})
		}
		if !found {
			break
		}
		var source string
		source, s, _ = strings.Cut(rest, "}}")
		e := expression(strings.TrimSpace(source))
		t.Parts = append(t.Parts, plan.Part{Expr: &e})
	}
	return t
}

func saving(h *plan.HTTP, name, source string) *plan.HTTP {
	h.Save = append(h.Save, plan.Save{Name: name, Expr: expression(source)})
	return h
}

// heard is what a server was asked, as text, in order.
type heard struct {
	mu  sync.Mutex
	all []string
}

func (h *heard) add(q *http.Request, headers ...string) {
	body, _ := io.ReadAll(q.Body)
	line := q.Method + " " + q.URL.RequestURI()
	for _, name := range headers {
		line += fmt.Sprintf(" %s=%q", name, q.Header.Get(name))
	}
	if len(body) > 0 {
		line += " " + string(body)
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.all = append(h.all, line)
}

// single runs one session of the steps and returns what was measured.
func session1(t *testing.T, sc *plan.Scenario, handler http.HandlerFunc) (metrics.View, []Sample) {
	t.Helper()
	r := try(t, sc, handler)
	r.phase(Phase{Shape: steadily(1, time.Hour), Sessions: 1})
	samples := r.engine.Samples()
	return r.stop(), samples
}

func TestValuesAreEncodedByPlace(t *testing.T) {
	first := saving(get("first"), "v", "json.v")
	body := plan.Value{Kind: plan.Object, Object: []plan.Member{
		{Name: "in", Value: plan.Value{Kind: plan.String, Text: text("<{{ v }}>")}},
		{Name: "lone", Value: plan.Value{Kind: plan.String, Text: text("{{ v }}")}},
		{Name: "n", Value: plan.Value{Kind: plan.List, List: []plan.Value{
			{Kind: plan.String, Text: text("{{ 1 + 1 }}")}, {Kind: plan.Number, Number: "1.50"}, {Kind: plan.Bool, Bool: true}, {},
		}}},
	}}
	path := &plan.HTTP{Head: plan.Head{Name: "path"}, Method: "GET", Path: text("/x/{{ v }}/y?z=1"), Query: []plan.Field{{Name: "q s", Value: text("{{ v }}&")}}}
	json := &plan.HTTP{Head: plan.Head{Name: "json"}, Method: "POST", Path: text("/json"), Body: plan.Body{JSON: &body}}
	form := &plan.HTTP{Head: plan.Head{Name: "form"}, Method: "POST", Path: text("/form"), Body: plan.Body{Form: []plan.Field{{Name: "a", Value: text("{{ v }}")}, {Name: "b", Value: text("2")}}}}
	plain := text("say {{ v }}")
	said := &plan.HTTP{Head: plan.Head{Name: "text"}, Method: "PUT", Path: text("/text"), Body: plan.Body{Text: &plain}}
	empty := &plan.HTTP{Head: plan.Head{Name: "empty"}, Method: "POST", Path: text("/empty")}

	synctest.Test(t, func(t *testing.T) {
		var h heard
		session1(t, closed(first, path, json, form, said, empty), func(w http.ResponseWriter, q *http.Request) {
			h.add(q, "Content-Type", "Content-Length")
			fmt.Fprint(w, `{"v": "a/b \"ü\"&"}`)
		})
		want := []string{
			`GET /base/first Content-Type="" Content-Length=""`,
			`GET /base/x/a%2Fb%20%22%C3%BC%22%26/y?z=1&q+s=a%2Fb%20%22%C3%BC%22%26%26 Content-Type="" Content-Length=""`,
			`POST /base/json Content-Type="application/json" Content-Length="73" {"in":"<a/b \"ü\"&>","lone":"a/b \"ü\"&","n":[2,1.50,true,null]}`,
			`POST /base/form Content-Type="application/x-www-form-urlencoded" Content-Length="33" a=a%2Fb%20%22%C3%BC%22%26&b=2`,
			`PUT /base/text Content-Type="text/plain; charset=utf-8" Content-Length="13" say a/b "ü"&`,
			`POST /base/empty Content-Type="" Content-Length="0"`,
		}
		for i := range h.all {
			h.all[i] = normalLength(h.all[i])
			want[i] = normalLength(want[i])
		}
		if diff := cmp.Diff(want, h.all); diff != "" {
			t.Error(diff)
		}
	})
}

// normalLength leaves out a Content-Length that is not zero: net/http has checked it by reading the body.
func normalLength(s string) string {
	before, after, found := strings.Cut(s, `Content-Length="`)
	if !found {
		return s
	}
	number, rest, _ := strings.Cut(after, `"`)
	if number != "" && number != "0" {
		number = "n"
	}
	return before + `Content-Length="` + number + `"` + rest
}

func TestHeadersAndCredentials(t *testing.T) {
	names := []string{"User-Agent", "Accept-Encoding", "Authorization", "X-A", "X-B"}
	tests := []struct {
		name    string
		service func(*plan.Service)
		step    func(*plan.HTTP)
		want    string
	}{
		{"nothing said", nil, nil, `User-Agent="plimsoll/test" Accept-Encoding="gzip, deflate, br" Authorization="" X-A="" X-B=""`},
		{"the service's", func(s *plan.Service) {
			s.Headers = []plan.Field{{Name: "X-A", Value: text("1")}, {Name: "X-B", Value: text("2")}}
			s.Auth = &plan.Auth{Bearer: text("token")}
		}, nil, `User-Agent="plimsoll/test" Accept-Encoding="gzip, deflate, br" Authorization="Bearer token" X-A="1" X-B="2"`},
		{"the step's in their place", func(s *plan.Service) {
			s.Headers = []plan.Field{{Name: "X-A", Value: text("1")}, {Name: "X-B", Value: text("2")}}
			s.Auth = &plan.Auth{Bearer: text("token")}
		}, func(h *plan.HTTP) {
			h.Headers = []plan.Field{{Name: "x-a", Value: text("3")}, {Name: "accept-encoding", Value: text("identity")}}
			h.Auth = &plan.Auth{User: text("user"), Password: text("pass{{ 1 }}")}
		}, `User-Agent="plimsoll/test" Accept-Encoding="identity" Authorization="Basic dXNlcjpwYXNzMQ==" X-A="3" X-B="2"`},
		{"names of one's own", nil, func(h *plan.HTTP) {
			h.Headers = []plan.Field{{Name: "user-agent", Value: text("me")}}
		}, `User-Agent="me" Accept-Encoding="gzip, deflate, br" Authorization="" X-A="" X-B=""`},
		{"an Authorization header beats credentials", func(s *plan.Service) {
			s.Auth = &plan.Auth{User: text("u"), Password: text("p")}
		}, func(h *plan.HTTP) {
			h.Headers = []plan.Field{{Name: "Authorization", Value: text("Own")}}
		}, `User-Agent="plimsoll/test" Accept-Encoding="gzip, deflate, br" Authorization="Own" X-A="" X-B=""`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				step := get("a")
				sc := closed(step)
				if tt.service != nil {
					tt.service(sc.Service)
				}
				if tt.step != nil {
					tt.step(step)
				}
				var h heard
				session1(t, sc, func(_ http.ResponseWriter, q *http.Request) { h.add(q, names...) })
				if diff := cmp.Diff([]string{"GET /base/a " + tt.want}, h.all); diff != "" {
					t.Error(diff)
				}
			})
		})
	}
}

func TestClasses(t *testing.T) {
	header := get("a")
	header.Headers = []plan.Field{{Name: "X", Value: text("{{ 'a\\nb' }}")}}
	slow := get("a")
	slow.Timeout = 2 * time.Second
	tests := []struct {
		name   string
		step   *plan.HTTP
		status int
		body   string
		want   metrics.Class
	}{
		{"success", get("a"), 200, "", metrics.OK},
		{"redirect that is not followed", get("a"), 302, "", metrics.OK},
		{"status", get("a"), 404, "", metrics.Status},
		{"status that a check allows", get("a", "status == 404"), 404, "", metrics.OK},
		{"status that a check names and refuses", get("a", "status in [200, 201]"), 404, "", metrics.Check},
		{"status, the check being of something else", get("a", "body == ''"), 404, "", metrics.Status},
		{"check", get("a", "json.ok"), 200, `{"ok": false}`, metrics.Check},
		{"absent field", get("a", "json.ok"), 200, `{}`, metrics.Expression},
		{"absent field asked for with has", get("a", "!has(json.ok)"), 200, `{}`, metrics.OK},
		{"no JSON", get("a", "json.ok"), 200, `<html>`, metrics.Expression},
		{"save", saving(get("a"), "v", "json.v"), 200, `{}`, metrics.Expression},
		{"line break in a header", header, 200, "", metrics.Expression},
		{"timeout", slow, 0, "", metrics.Timeout},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				v, samples := session1(t, closed(tt.step), func(w http.ResponseWriter, q *http.Request) {
					if tt.status == 0 {
						<-q.Context().Done()
						return
					}
					w.WriteHeader(tt.status)
					fmt.Fprint(w, tt.body)
				})
				if v.Classes[tt.want] != 1 || v.Operations != 1 {
					t.Errorf("classes %v, samples %+v", v.Classes, samples)
				}
				if failed := tt.want != metrics.OK; failed && (len(samples) != 1 || samples[0].Class != tt.want) {
					t.Errorf("samples %+v", samples)
				}
				if tt.want == metrics.Timeout && v.Latency.Max() != 2 {
					t.Errorf("a timeout counts with its elapsed time, got %v s", v.Latency.Max())
				}
			})
		})
	}
}

// redirecting serves an answer of each kind that points elsewhere, after a second.
func redirecting(h *heard) http.HandlerFunc {
	return func(w http.ResponseWriter, q *http.Request) {
		h.add(q, "Authorization", "Cookie")
		switch q.URL.Path {
		case "/base/303":
			http.SetCookie(w, &http.Cookie{Name: "k", Value: "v", Path: "/"})
			w.Header().Set("Location", "end?x=1")
			w.WriteHeader(303)
		case "/base/307":
			w.Header().Set("Location", "/base/end")
			w.WriteHeader(307)
		case "/base/loop":
			w.Header().Set("Location", "/base/loop")
			w.WriteHeader(302)
		case "/base/away":
			w.Header().Set("Location", "http://127.0.0.2:1/other")
			w.WriteHeader(302)
		}
		time.Sleep(time.Second)
	}
}

func TestRedirects(t *testing.T) {
	none := ` Authorization="Bearer t" Cookie=""`
	tests := []struct {
		name, method, path string
		follow             int
		allow              string
		want               []string
		status             string
	}{
		{"not followed", "GET", "/303", 0, "", []string{"GET /base/303" + none}, "303"},
		{"becomes a GET", "POST", "/303", 5, "", []string{"POST /base/303" + none + " body", `GET /base/end?x=1 Authorization="Bearer t" Cookie="k=v"`}, "200"},
		{"keeps method and body", "POST", "/307", 5, "", []string{"POST /base/307" + none + " body", "POST /base/end" + none + " body"}, "200"},
		{"not to another host", "GET", "/away", 5, "", []string{"GET /base/away" + none}, "302"},
		{"to an allowed host", "GET", "/away", 5, "127.0.0.2", []string{"GET /base/away" + none, `GET /other Authorization="" Cookie=""`}, "200"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				step := get("a", "status == "+tt.status)
				step.Method, step.Path, step.Redirects = tt.method, text(tt.path), tt.follow
				if tt.method == "POST" {
					body := text("body")
					step.Body.Text = &body
				}
				sc := closed(step)
				sc.Service.Auth = &plan.Auth{Bearer: text("t")}
				if tt.allow != "" {
					sc.Service.AllowHosts = []string{tt.allow}
				}
				var h heard
				v, samples := session1(t, sc, redirecting(&h))
				if diff := cmp.Diff(tt.want, h.all); diff != "" {
					t.Error(diff)
				}
				if v.Classes[metrics.OK] != 1 || v.Operations != 1 || v.Latency.Max() != float64(len(tt.want)) {
					t.Errorf("%d operations, classes %v, latency %v, samples %+v", v.Operations, v.Classes, v.Latency.Max(), samples)
				}
			})
		})
	}
}

func TestCookiesBelongToTheSession(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var h heard
		r := try(t, closed(get("in"), get("sub/a"), get("b")), func(w http.ResponseWriter, q *http.Request) {
			h.add(q, "Cookie")
			if q.URL.Path == "/base/in" {
				w.Header().Add("Set-Cookie", "all=1; Path=/")
				w.Header().Add("Set-Cookie", "sub=2; Path=/base/sub")
				w.Header().Add("Set-Cookie", "other=4; Domain=example.com")
			}
		})
		r.phase(Phase{Shape: steadily(1, time.Hour), Sessions: 2})
		r.stop()
		once := []string{`GET /base/in Cookie=""`, `GET /base/sub/a Cookie="sub=2; all=1"`, `GET /base/b Cookie="all=1"`}
		if diff := cmp.Diff(append(once, once...), h.all); diff != "" {
			t.Error(diff)
		}
	})
}

func TestSamplesAreRedacted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		login := saving(get("login"), "token", "json.token")
		login.Save[0].Sensitive = true
		ask := &plan.HTTP{Head: plan.Head{Name: "ask"}, Method: "GET", Path: text("/ask/{{ token }}/given-secret"), Headers: []plan.Field{{Name: "Authorization", Value: text("Bearer {{ token }}")}}}
		sc := closed(login, ask)
		p, err := Compile(sc)
		if err != nil {
			t.Fatal(err)
		}
		_ = p
		r := try(t, sc, func(w http.ResponseWriter, q *http.Request) {
			if q.URL.Path == "/base/login" {
				fmt.Fprint(w, `{"token": "hidden/token"}`)
				return
			}
			w.Header().Set("Set-Cookie", "id=cookie-secret")
			w.WriteHeader(500)
			fmt.Fprint(w, "you said hidden/token and given-secret")
		})
		r.engine.samples.secrets = plan.Secrets{"given-secret"}
		r.phase(Phase{Shape: steadily(1, time.Hour), Sessions: 3})
		got := r.engine.Samples()
		r.stop()
		want := []Sample{{
			Step: 1, Class: metrics.Status, At: got[0].At,
			Message: "the status is 500",
			Request: "GET http://127.0.0.1:1/base/ask/(sensitive)/(sensitive)",
			Answer:  "HTTP/1.1 500 Internal Server Error\nyou said (sensitive) and (sensitive)",
		}}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	})
}
