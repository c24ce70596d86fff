//go:build unix

package follow_test

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"syscall"
	"testing"
	"time"

	"plimsoll/dsl/plan"
	"plimsoll/runner/fleet/cloud"
	"plimsoll/runner/fleet/follow"
	"plimsoll/runner/sim/aws"
)

const (
	followed = 20
	serving  = "PLIMSOLL_TEST_SERVES_AWS"
)

// BenchmarkFollowing20Services tells what share of a core this process needs to follow 20 services for 20 s in real time; the
// simulated AWS runs in a process of its own.
func BenchmarkFollowing20Services(b *testing.B) {
	if os.Getenv(serving) != "" {
		serve(b)
		return
	}
	child := exec.Command(os.Args[0], "-test.run=^$", "-test.bench=^BenchmarkFollowing20Services$", "-test.benchtime=1x")
	child.Env = append(os.Environ(), serving+"=1")
	input, err := child.StdinPipe()
	if err != nil {
		b.Fatal(err)
	}
	output, err := child.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := child.Start(); err != nil {
		b.Fatal(err)
	}
	defer func() { _ = input.Close(); _ = child.Wait() }()
	var url string
	for lines := bufio.NewScanner(output); url == "" && lines.Scan(); {
		_, _ = fmt.Sscanf(lines.Text(), "listens on %s", &url)
	}
	c := cloud.New(cloud.Options{Simulation: &cloud.Simulation{URL: url, Region: "us-east-1"}})
	for b.Loop() {
		f := follow.New(&plan.Plan{}, c, follow.Options{}).Follow(b.Context(), services(followed), 1)
		f.Start()
		before, began := used(), time.Now()
		time.Sleep(20 * time.Second)
		b.ReportMetric(100*(used()-before).Seconds()/time.Since(began).Seconds(), "%core")
		f.Close()
		for _, s := range f.Now() {
			if s.Unobserved != "" || s.Lost != "" {
				b.Fatalf("%+v", s)
			}
		}
	}
}

// serve is the other process.
func serve(b *testing.B) {
	server, err := aws.Start(b.Context(), aws.Options{}, account(followed), nil)
	if err != nil {
		b.Fatal(err)
	}
	defer server.Close()
	fmt.Println("\nlistens on", server.URL())
	_, _ = bufio.NewReader(os.Stdin).ReadByte()
}

func used() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
