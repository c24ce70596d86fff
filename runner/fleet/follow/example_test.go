package follow

import (
	"context"
	"fmt"
	"time"

	"plimsoll/dsl/plan"
)

func ExampleFollower_Follow() {
	// In production the source is a *cloud.Cloud, and the price that of fleet.Prices.
	source := &cloud{began: time.Now(), at: steadily(2), metric: busy}
	ctx := context.Background()

	following := New(&plan.Plan{}, source, Options{Price: flat}).Follow(ctx, []*plan.Service{chat}, 1)
	following.Start() // the load begins
	for _, f := range following.End(ctx, 0) {
		fmt.Printf("%s: %d tasks of %d to %d, $%.2f an hour each\n", f.Service, f.Tasks.Last, f.End.Bounds.Min, f.End.Bounds.Max, f.Cost.TaskHour)
	}
	// Output: chat: 2 tasks of 1 to 4, $0.04 an hour each
}
