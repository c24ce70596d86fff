package dsl_test

import (
	"fmt"
	"os"
	"testing/fstest"

	"plimsoll/dsl"
	"plimsoll/dsl/diag"
)

func ExampleLoad() {
	tree := fstest.MapFS{"plans/shop.hcl": {Data: []byte(`
service "shop" {
  endpoint = "https://staging.example.com"
  sla "fast" { assert = "latncy.p95 < 800ms" }
}
flow "browse" {
  http "home" { get = "/" }
}
baseline "normal" {
  service  = service.shop
  flow     = flow.browse
  users    = 100
  duration = 300
}
`)}}
	_, found := dsl.Load(dsl.Source{FS: tree, Paths: []string{"plans"}})
	if err := found.WriteText(os.Stdout, diag.Layout{}); err != nil {
		fmt.Println(err)
	}
	// Output:
	// plans/shop.hcl:4:26: error: unknown fact latncy
	//   ╷ in service "shop"
	// 4 │   sla "fast" { assert = "latncy.p95 < 800ms" }
	//   │                          ^^^^^^^^^^
	//   ╵ Did you mean latency.p95?
	//
	// plans/shop.hcl:13:14: error: duration takes a duration, not a bare number
	//    ╷ in baseline "normal"
	// 13 │   duration = 300
	//    │              ^^^
	//    ╵ Write it as text with its unit: duration = "300s".
}

func ExampleFormat() {
	formatted, _ := dsl.Format("plan.hcl", []byte("flow \"f\" {\nhttp \"home\" {\nget=\"/\"\n    timeout = \"5s\"\n}\n}\n"))
	fmt.Print(string(formatted))
	// Output:
	// flow "f" {
	//   http "home" {
	//     get     = "/"
	//     timeout = "5s"
	//   }
	// }
}

func ExampleExplain() {
	text, _ := dsl.Explain("stress.confirm")
	fmt.Print(text)
	// Output:
	// stress.confirm
	//
	//   type         true or false
	//   default      true
	//
	//   A bad step is held once more before it ends the search.
	//
	//     confirm = false
}
