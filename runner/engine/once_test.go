package engine

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"plimsoll/dsl/plan"
)

// What the before flow saves can be read in every session and by the after flow; neither is in the facts.
func TestBeforeAndAfter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		use := get("use")
		use.Query = []plan.Field{{Name: "v", Value: text("{{ v }}")}}
		end := get("end")
		end.Query = use.Query
		sc := closed(use, pause(time.Minute))
		sc.Before = &plan.Flow{Name: "before", Steps: []plan.Step{saving(get("make"), "v", "json.v"), pause(time.Second)}}
		sc.Finally = &plan.Flow{Name: "after", Steps: []plan.Step{end}}
		var h heard
		r := try(t, sc, func(w http.ResponseWriter, q *http.Request) {
			h.add(q)
			fmt.Fprint(w, `{"v": 7}`)
		})
		if err := r.engine.Once(context.Background(), sc.Before); err != nil {
			t.Fatal(err)
		}
		if now := r.recorder.Now(); now != int64(time.Second) {
			t.Errorf("the before flow took %v", time.Duration(now))
		}
		r.run(level(2, 2*time.Second))
		r.engine.Drain(context.Background(), time.Second)
		if err := r.engine.Once(context.Background(), sc.Finally); err != nil {
			t.Fatal(err)
		}
		v := r.stop()
		if diff := cmp.Diff([]string{"GET /base/make", "GET /base/use?v=7", "GET /base/use?v=7", "GET /base/end?v=7"}, h.all); diff != "" {
			t.Error(diff)
		}
		if v.Operations != 2 || v.Events[2] != 2 {
			t.Errorf("operations %d, connections opened %d", v.Operations, v.Events[2])
		}
	})
}

func TestOnceFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sc := closed(get("a"))
		sc.Before = &plan.Flow{Name: "before", Steps: []plan.Step{get("make", "status == 200"), pause(time.Hour)}}
		r := try(t, sc, func(w http.ResponseWriter, q *http.Request) { w.WriteHeader(500) })
		err := r.engine.Once(context.Background(), sc.Before)
		if err == nil || !strings.Contains(err.Error(), "run flow before: check") {
			t.Errorf("error %v", err)
		}
		r.stop()
	})
}

func TestOnceIsCancelled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, steps := range [][]plan.Step{{pause(time.Hour)}, {get("slow")}} {
			sc := closed(get("a"))
			sc.Before = &plan.Flow{Name: "before", Steps: steps}
			var asked log
			r := try(t, sc, asked.serve(time.Hour))
			ctx, cancel := context.WithTimeout(context.Background(), time.Second)
			begin := time.Now()
			if err := r.engine.Once(ctx, sc.Before); err == nil || time.Since(begin) != time.Second {
				t.Errorf("ended after %v: %v", time.Since(begin), err)
			}
			cancel()
			r.stop()
		}
	})
}

func TestAsk(t *testing.T) {
	tests := []struct {
		name, expect string
		status       int
		want         bool
		wrong        bool
	}{
		{"holds", "json.ready", 200, true, false},
		{"does not hold", "!json.ready", 200, false, false},
		{"status", "json.ready", 503, false, false},
		{"status asked for", "status == 503", 503, true, false},
		{"no expectation", "", 200, true, false},
		{"absent", "json.other", 200, false, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := try(t, closed(get("a")), func(w http.ResponseWriter, q *http.Request) {
					w.WriteHeader(tt.status)
					fmt.Fprint(w, `{"ready": true}`)
				})
				got, err := r.engine.Ask(context.Background(), "/health", expression(tt.expect))
				if got != tt.want || (err != nil) != tt.wrong {
					t.Errorf("%v, %v", got, err)
				}
				if v := r.stop(); v.Operations != 0 {
					t.Error("it is in the facts")
				}
			})
		})
	}
}
