package cloud

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"plimsoll/runner/fleet"
	simaws "plimsoll/runner/sim/aws"
)

// Lines are told once each, late ones too, until the caller has enough.
func TestLogs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		type event struct {
			ID     string `json:"eventId"`
			Stream string `json:"logStreamName"`
			At     int64  `json:"timestamp"`
			Text   string `json:"message"`
		}
		at := func(d time.Duration, id string) event {
			return event{id, "app/1", began.Add(d).UnixMilli(), "line " + id}
		}
		rounds := [][]event{
			{at(time.Second, "1"), at(2*time.Second, "2")},
			{at(time.Second, "1"), at(1500*time.Millisecond, "late"), at(2*time.Second, "2"), at(3*time.Second, "3")},
			{at(3*time.Second, "3"), at(time.Hour, "4")},
			{at(time.Hour, "4")},
		}
		round := 0
		c, place := New(Options{}), fleet.Place{Region: "us-east-1"}
		c.places[place] = answering(func(r *http.Request) (*http.Response, error) {
			body, err := json.Marshal(map[string]any{"events": rounds[min(round, len(rounds)-1)]})
			if err != nil {
				t.Error(err)
			}
			round++
			return answer(200, string(body))
		}).at()
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		var got []string
		err := c.Logs(ctx, place, "/ecs/web", "app", began, func(_ time.Time, stream, text string) error {
			got = append(got, stream+" "+text)
			return nil
		})
		if d := cmp.Diff([]string{"app/1 line 1", "app/1 line 2", "app/1 line late", "app/1 line 3", "app/1 line 4"}, got); d != "" || err != nil {
			t.Errorf("%v%s", err, d)
		}
		enough := errors.New("enough")
		if err := c.Logs(t.Context(), place, "/ecs/web", "", began, func(time.Time, string, string) error { return enough }); !errors.Is(err, enough) {
			t.Errorf("%v", err)
		}
	})
}

func TestLogsOfNoGroup(t *testing.T) {
	_, c := simulate(t, simaws.Options{}, accountOnDisk(t))
	tell := func(time.Time, string, string) error { return nil }
	err := c.Logs(t.Context(), here, "/ecs/gone", "", noon, tell)
	if err == nil || !strings.Contains(err.Error(), "follow log group /ecs/gone: ResourceNotFoundException") {
		t.Error(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(0, cancel)
	if err := c.Logs(ctx, here, "/ecs/beta/web", "", noon, tell); err != nil {
		t.Errorf("interrupted: %v", err)
	}
}
