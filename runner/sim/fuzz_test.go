package sim

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
)

// FuzzRoutes sends whatever a client may send: every answer has a valid status, and nothing panics.
func FuzzRoutes(f *testing.F) {
	f.Add("GET", "/", "", "")
	f.Add("GET", "/echo?a=%zz&b", "", "")
	f.Add("PATCH", "/echo", "\x00", "Bearer x")
	f.Add("POST", "/api/login", `{"token":1}`, "")
	f.Add("GET", "/api/me", "", "Bearer user-1.")
	f.Add("GET", "/api/items?n=99999999999999999999", "", "")
	f.Add("GET", "/status/-1", "", "")
	f.Add("GET", "/redirect/9", "", "")
	f.Add("GET", "/ws", "", "bearer")
	clock, err := newClock()
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(clock.stop)
	services, err := prepare([]Service{plain()})
	if err != nil {
		f.Fatal(err)
	}
	routes := newSite(context.Background(), services[0], 1, clock, new(sync.WaitGroup)).routes()
	f.Fuzz(func(t *testing.T, method, target, body, authorization string) {
		request, err := http.NewRequest(method, "http://127.0.0.1"+target, strings.NewReader(body))
		if err != nil {
			return
		}
		request.Header.Set("Authorization", authorization)
		recorder := httptest.NewRecorder()
		routes.ServeHTTP(recorder, request)
		if recorder.Code < 200 || recorder.Code > 599 {
			t.Errorf("%s %q: %d", method, target, recorder.Code)
		}
		if request.URL.Path == "/api/me" && recorder.Code == http.StatusOK {
			t.Errorf("%q is taken for a session", authorization)
		}
	})
}
