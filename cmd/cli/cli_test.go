package cli_test

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"plimsoll/cmd/cli"
)

func nothing(string) (string, bool) { return "", false }

// Example shows a verb without a process around it.
func Example() {
	command := cli.Command{Stdin: strings.NewReader("a=1\n"), Stdout: os.Stdout, Stderr: os.Stderr, Getenv: nothing}
	command.Run([]string{"fmt", "-"})
	// Output: a = 1
}

// writer fails, as a full disk or a reader that has gone does.
type writer struct{ err error }

func (w writer) Write([]byte) (int, error) { return 0, w.err }

func TestStandardOutput(t *testing.T) {
	tests := map[string]struct {
		err  error
		want int
	}{
		"a reader that has gone is no trouble": {&os.PathError{Op: "write", Err: syscall.EPIPE}, 0},
		"a full disk is":                       {syscall.ENOSPC, 3},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			var stderr bytes.Buffer
			command := cli.Command{Stdout: writer{tt.err}, Stderr: &stderr, Getenv: nothing}
			for _, args := range [][]string{{"version"}, {"version", "-o", "json"}, {"explain", "stress"}} {
				if got := command.Run(args); got != tt.want {
					t.Errorf("%v: exit code %d, want %d: %s", args, got, tt.want, &stderr)
				}
			}
		})
	}
}

const simulatedPlan = `
service "web" {
  simulate { service_time = "1ms" }
}
flow "get" {
  http "page" { get = "/" }
}
baseline "calm" {
  service  = service.web
  flow     = flow.get
  users    = 1
  duration = "1s"
}
`

// serving starts simulate, and returns once it tells where it listens.
func serving(t *testing.T, c cli.Command, args ...string) (url string, code <-chan int) {
	t.Helper()
	plan := filepath.Join(t.TempDir(), "plan.hcl")
	if err := os.WriteFile(plan, []byte(simulatedPlan), 0o600); err != nil {
		t.Fatal(err)
	}
	output, input := io.Pipe()
	c.Stdout, c.Stderr, c.Getenv = input, io.Discard, nothing
	done := make(chan int, 1)
	go func() { done <- c.Run(append([]string{"simulate", plan}, args...)) }()
	line, err := bufio.NewReader(output).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	name, url, ok := strings.Cut(strings.TrimSpace(line), " listens on ")
	if !ok || name != "web" {
		t.Fatalf("it said %q", line)
	}
	response, err := http.Get(url + "/health")
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		t.Errorf("it answers %s", response.Status)
	}
	http.DefaultClient.CloseIdleConnections()
	return url, done
}

// gone reports whether nobody listens there any more.
func gone(url string) bool {
	response, err := http.Get(url + "/health")
	if err == nil {
		response.Body.Close()
	}
	return errors.Is(err, syscall.ECONNREFUSED)
}

func TestSimulateUntilInterrupted(t *testing.T) {
	var interrupts chan<- os.Signal
	url, code := serving(t, cli.Command{Signals: func(c chan<- os.Signal) { interrupts = c }})
	interrupts <- os.Interrupt
	if got := <-code; got != 130 {
		t.Errorf("exit code %d, want 130", got)
	}
	if !gone(url) {
		t.Error("it still listens")
	}
}

func TestSimulateDiesWithItsParent(t *testing.T) {
	held, release := io.Pipe()
	url, code := serving(t, cli.Command{Stdin: held}, "--child")
	release.Close()
	if got := <-code; got != 0 {
		t.Errorf("exit code %d, want 0", got)
	}
	if !gone(url) {
		t.Error("it still listens")
	}
}
