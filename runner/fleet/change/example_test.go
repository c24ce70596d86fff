package change_test

import (
	"context"
	"fmt"
	"os"
	"time"

	"plimsoll/runner/fleet"
	"plimsoll/runner/fleet/change"
)

// alarms is an AWS that has nothing but alarms.
type alarms map[string]fleet.Document

func (a alarms) Read(_ context.Context, ref fleet.Ref) (fleet.Document, error) {
	return a[ref.ID].Clone(), nil
}

func (a alarms) Write(_ context.Context, ref fleet.Ref, d fleet.Document) (string, error) {
	a[ref.ID] = d.Clone()
	return "", nil
}

func (a alarms) Settle(context.Context, fleet.Ref) error { return nil }

func Example() {
	folder, err := os.MkdirTemp("", "plimsoll")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(folder)
	aws := alarms{"high_cpu": {"Threshold": 95}}
	c := &change.Changer{
		Resources: aws, Store: change.Dir{Path: folder}, Who: change.Who{Host: "laptop", PID: os.Getpid(), User: "ada"}, Now: time.Now,
		Progress: func(s change.Step) { fmt.Println(s.Doing, s.Ref.ID) },
	}
	_, err = c.Apply(context.Background(), &fleet.ChangeSet{
		Schema: fleet.ChangeSetSchema, Plan: "plans/fleet",
		Changes: []fleet.Change{{
			Service: "web", Ref: fleet.Ref{Kind: fleet.KindAlarm, ID: "high_cpu"},
			Before: fleet.Document{"Threshold": 95}, After: fleet.Document{"Threshold": 85},
		}},
	}, change.Options{})
	fmt.Println(aws["high_cpu"]["Threshold"], err)

	back, err := c.Rollback(context.Background(), change.RollbackOptions{})
	fmt.Println(back.Changes[0].Fields, err)
	// Output:
	// check high_cpu
	// back up high_cpu
	// write high_cpu
	// verified high_cpu
	// 85 <nil>
	// [alarm threshold 85 → 95] <nil>
}
