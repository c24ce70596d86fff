package sim

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestEndpoints(t *testing.T) {
	_, address := serve(t, plain())
	client := newClient(t)
	type answer struct {
		Status      int
		ContentType string
		Location    string
		Body        string
	}
	const asJSON = "application/json"
	for _, test := range []struct {
		name, method, path, body string
		headers                  []string
		want                     answer
	}{
		{"health", "GET", "/health", "", nil, answer{200, asJSON, "", `{"status":"ok"}`}},
		{"index", "GET", "/", "", nil, answer{200, asJSON, "", `{"service":"web","task":1}`}},
		{"echo a query", "GET", "/echo?a=1&b=%C3%BC+x&a=2", "", nil, answer{200, asJSON, "", `{"a":"1","b":"ü x"}`}},
		{"echo a body", "POST", "/echo", "a: 1", []string{"Content-Type: text/yaml"}, answer{200, "text/yaml", "", "a: 1"}},
		{"echo without type", "PUT", "/echo", "x", nil, answer{200, "application/octet-stream", "", "x"}},
		{"echo too much", "POST", "/echo", strings.Repeat("x", maxBody+1), nil, answer{413, asJSON, "", `{"error":"send at most 1048576 bytes"}`}},
		{"login without body", "POST", "/api/login", "", nil, answer{401, asJSON, "", `{"error":"the token is missing or empty"}`}},
		{"login without token", "POST", "/api/login", `{"user":"x"}`, nil, answer{401, asJSON, "", `{"error":"the token is missing or empty"}`}},
		{"login with an empty token", "POST", "/api/login", `{"token":""}`, nil, answer{401, asJSON, "", `{"error":"the token is missing or empty"}`}},
		{"login without JSON", "POST", "/api/login", `token=x`, nil, answer{400, asJSON, "", `{"error":"send JSON with a token: {\"token\": \"…\"}"}`}},
		{"me, nobody", "GET", "/api/me", "", nil, answer{401, asJSON, "", `{"error":"log in first, and send the session as cookie or bearer token"}`}},
		{"me, forged", "GET", "/api/me", "", []string{"Authorization: Bearer user-1.00"}, answer{401, asJSON, "", `{"error":"log in first, and send the session as cookie or bearer token"}`}},
		{"items", "GET", "/api/items?n=2", "", nil, answer{200, asJSON, "", `[{"id":1,"name":"item 1"},{"id":2,"name":"item 2"}]`}},
		{"no items", "GET", "/api/items?n=0", "", nil, answer{200, asJSON, "", `[]`}},
		{"too many items", "GET", "/api/items?n=1001", "", nil, answer{400, asJSON, "", `{"error":"n must be a number of 0 to 1000"}`}},
		{"what items", "GET", "/api/items?n=x", "", nil, answer{400, asJSON, "", `{"error":"n must be a number of 0 to 1000"}`}},
		{"status", "GET", "/status/503", "", nil, answer{503, asJSON, "", `{"status":503}`}},
		{"status of a post", "POST", "/status/201", "x", nil, answer{201, asJSON, "", `{"status":201}`}},
		{"status without body", "GET", "/status/204", "", nil, answer{204, "", "", ""}},
		{"no status", "GET", "/status/100", "", nil, answer{400, asJSON, "", `{"error":"ask for a status of 200 to 599"}`}},
		{"redirect", "GET", "/redirect/2", "", nil, answer{302, "text/html; charset=utf-8", "/redirect/1", `<a href="/redirect/1">Found</a>.` + "\n"}},
		{"redirected", "GET", "/redirect/0", "", nil, answer{200, asJSON, "", `{"redirects":0}`}},
		{"too many redirects", "GET", "/redirect/101", "", nil, answer{400, asJSON, "", `{"error":"ask for 0 to 100 redirects"}`}},
		{"unknown", "GET", "/nothing", "", nil, answer{404, "text/plain; charset=utf-8", "", "404 page not found"}},
		{"no WebSocket", "GET", "/ws", "", nil, answer{400, "text/plain; charset=utf-8", "", "Bad Request"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			response, body := ask(t, client, test.method, address.URL+test.path, test.body, test.headers...)
			got := answer{response.StatusCode, response.Header.Get("Content-Type"), response.Header.Get("Location"), body}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestManyItemsByDefault(t *testing.T) {
	_, address := serve(t, plain())
	_, body := ask(t, newClient(t), "GET", address.URL+"/api/items", "")
	if got := strings.Count(body, `"id"`); got != defaultItems {
		t.Errorf("%d items, want %d", got, defaultItems)
	}
}

func TestLoginOpensASession(t *testing.T) {
	_, address := serve(t, plain())
	client := newClient(t)
	response, body := ask(t, client, "POST", address.URL+"/api/login", `{"token":"letmein"}`)
	cookies := response.Cookies()
	if response.StatusCode != http.StatusOK || len(cookies) != 1 {
		t.Fatalf("%d with %d cookies: %s", response.StatusCode, len(cookies), body)
	}
	id := cookies[0].Value
	if want := `{"session":"` + id + `","user":"user-1"}`; body != want {
		t.Errorf("got %s, want %s", body, want)
	}
	for _, header := range []string{"Cookie: session=" + id, "Authorization: Bearer " + id, "Authorization: bearer " + id} {
		if _, body := ask(t, client, "GET", address.URL+"/api/me", "", header); body != `{"user":"user-1"}` {
			t.Errorf("with %s: %s", header, body)
		}
	}
	if _, body := ask(t, client, "POST", address.URL+"/api/login", `{"token":"letmein"}`); !strings.Contains(body, `"user-2"`) {
		t.Errorf("the second login: %s", body)
	}
}

func TestSessionsAreKnownByThoseWithTheSameSeed(t *testing.T) {
	id, user := newSessions(1, "web").issue()
	if got, ok := newSessions(1, "web").user(id); !ok || got != user {
		t.Errorf("%s is not known as %s's", id, user)
	}
	for _, other := range []*sessions{newSessions(2, "web"), newSessions(1, "chat")} {
		if _, ok := other.user(id); ok {
			t.Error("a stranger's session is taken")
		}
	}
}
