package sim_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"time"

	"plimsoll/runner/sim"
)

// A service of two tasks, each working on four requests at once for 5 ms, carries
// 2 × 4 ÷ 0.005 s = 1,600 requests per second.
func ExampleStart() {
	server, err := sim.Start(context.Background(), 1, []sim.Service{{
		Name: "web", Tasks: 2, Slots: 4, Queue: 100,
		ServiceTime: sim.ServiceTime{Mean: 5 * time.Millisecond},
	}})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer server.Close()
	response, err := http.Get(server.Addresses()[0].URL + "/health")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	fmt.Print(string(body))
	fmt.Println(err, server.Stats("web").Tasks)
	http.DefaultClient.CloseIdleConnections()
	// Output:
	// {"status":"ok"}
	// <nil> 2
}
