package wire

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net/netip"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// The benchmarks run server and client in processes of their own, since descriptors, CPU and memory are counted by process.

const childVariable = "PLIMSOLL_WIRE_CHILD"

// job is what a child is told, as JSON in its environment.
type job struct {
	Role    string // serve, or how a client works
	Address string
	CA      string // PEM; empty: plain
	Chain   int    // certificates that the server shows, 0: no TLS; to a client, their bytes
	Count   int    // connections
	Rounds  int    // echoes over each
	Spread  bool   // over many source addresses
}

// isChild runs the child's job, if this process is one.
func isChild() bool {
	text := os.Getenv(childVariable)
	if text == "" {
		return false
	}
	roles := map[string]func(job, map[string]float64) error{
		"serve": serveEchoes, "hold": hold, "hold HTTP/2": holdHTTP2, "open": openMany,
		"poller": echoByPoller, "level-triggered": echoByLoop, "edge-triggered": echoByLoop,
	}
	var j job
	report := map[string]float64{}
	err := json.Unmarshal([]byte(text), &j)
	if err == nil {
		err = roles[j.Role](j, report)
	}
	if err == nil {
		err = json.NewEncoder(os.Stdout).Encode(report)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, j.Role+":", err)
		os.Exit(1)
	}
	return true
}

func child(b *testing.B, cpu int, j job) *exec.Cmd {
	b.Helper()
	text, err := json.Marshal(j)
	if err != nil {
		b.Fatal(err)
	}
	args := []string{os.Args[0]}
	if taskset, err := exec.LookPath("taskset"); err == nil && cpu >= 0 {
		args = []string{taskset, "-c", strconv.Itoa(cpu), os.Args[0]}
	}
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Env = append(os.Environ(), childVariable+"="+string(text))
	cmd.Stderr = os.Stderr
	return cmd
}

// measure runs a client and gives its report.
func measure(b *testing.B, cpu int, j job) map[string]float64 {
	b.Helper()
	out, err := child(b, cpu, j).Output()
	if err != nil {
		b.Fatal(err)
	}
	var report map[string]float64
	if err := json.Unmarshal(out, &report); err != nil {
		b.Fatal(err)
	}
	return report
}

// echoServer runs a server until the end of the benchmark; its address and authority are in the job that it gives.
func echoServer(b *testing.B, cpu, chain int) job {
	b.Helper()
	cmd := child(b, cpu, job{Role: "serve", Chain: chain})
	in, err := cmd.StdinPipe()
	if err != nil {
		b.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		in.Close()
		_ = cmd.Wait()
	})
	line, err := bufio.NewReader(out).ReadBytes('\n')
	if err != nil {
		b.Fatal(err)
	}
	var j job
	if err := json.Unmarshal(line, &j); err != nil {
		b.Fatal(err)
	}
	return j
}

// target is where the job's client connects to.
func (j job) target() (*Target, error) {
	address, err := netip.ParseAddrPort(j.Address)
	if err != nil {
		return nil, err
	}
	t := &Target{Host: address.Addr().String(), Port: strconv.Itoa(int(address.Port())), Start: time.Now()}
	if j.Spread {
		if t.Sources, err = ParseSources([]string{"auto"}, address.Addr()); err != nil {
			return nil, err
		}
	}
	if j.CA != "" {
		t.TLS, err = ClientTLS(j.CA, "", "", "chat", false)
	}
	return t, err
}

// resident is this process's resident memory in bytes.
func resident() float64 {
	text, _ := os.ReadFile("/proc/self/statm")
	words := strings.Fields(string(text))
	if len(words) < 2 {
		return 0
	}
	pages, _ := strconv.Atoi(words[1])
	return float64(pages * os.Getpagesize())
}

func cpuSeconds() float64 {
	var u unix.Rusage
	_ = unix.Getrusage(unix.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano()).Seconds()
}

// untilEnd waits for the parent to close standard input.
func untilEnd() { _, _ = io.Copy(io.Discard, os.Stdin) }
