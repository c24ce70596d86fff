package cli_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"plimsoll/cmd/cli"
)

// TestMain lets the scripts run plimsoll, which is this test binary, in processes of their own.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"plimsoll": func() {
		signal.Ignore(syscall.SIGPIPE)
		command := cli.Command{
			Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr, Getenv: os.LookupEnv,
			Signals: func(c chan<- os.Signal) { signal.Notify(c, os.Interrupt, syscall.SIGTERM) },
		}
		os.Exit(command.Run(os.Args[1:]))
	}})
}

func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:           "testdata/script",
		UpdateScripts: os.Getenv("UPDATE_SCRIPTS") != "",
		Setup: func(e *testscript.Env) error {
			e.Setenv("GORACE", "atexit_sleep_ms=0") // the race detector would hold every process for a second at its end
			e.Setenv("AWS_EC2_METADATA_DISABLED", "true")
			return os.CopyFS(filepath.Join(e.WorkDir, "fleet"), os.DirFS(filepath.Join("..", "..", "plans", "fleet")))
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits":  exits,
			"locks":  locks,
			"strike": strike,
			"waits":  waits,
		},
	})
}

// exits CODE PROGRAM [ARGUMENT…] runs a program, which must end with that exit code, or one of several: 0|4.
func exits(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) < 2 {
		ts.Fatalf("usage: exits code program [argument...]")
	}
	checkExit(ts, args[0], ts.Exec(args[1], args[2:]...))
}

func checkExit(ts *testscript.TestScript, want string, err error) {
	code := 0
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		code = exit.ExitCode()
	} else if err != nil {
		ts.Fatalf("run it: %v", err)
	}
	if got := strconv.Itoa(code); !slices.Contains(strings.Split(want, "|"), got) {
		ts.Fatalf("exit code %s, want %s", got, want)
	}
}

// strike SIGNAL FILE TEXT CODE PROGRAM [ARGUMENT…] starts a program, sends it the signal once the file holds the text,
// and waits for it to end with that exit code; -1 is what a signal leaves. Its output is in the files stdout and stderr.
func strike(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) < 5 {
		ts.Fatalf("usage: strike signal file text code program [argument...]")
	}
	signals := map[string]os.Signal{"INT": os.Interrupt, "TERM": syscall.SIGTERM, "KILL": os.Kill}
	cmd := exec.Command(args[4], args[5:]...)
	cmd.Dir, cmd.Env = ts.MkAbs("."), append(os.Environ(), "GORACE="+ts.Getenv("GORACE"))
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	ts.Check(cmd.Start())
	done := make(chan error, 1)
	go func() { done <- cmd.Wait() }()
	await(ts, ts.MkAbs(args[1]), args[2], done)
	ts.Check(cmd.Process.Signal(signals[args[0]]))
	err := <-done
	ts.Check(os.WriteFile(ts.MkAbs("stdout"), stdout.Bytes(), 0o600))
	ts.Check(os.WriteFile(ts.MkAbs("stderr"), stderr.Bytes(), 0o600))
	ts.Logf("[stdout]\n%s[stderr]\n%s", &stdout, &stderr)
	checkExit(ts, args[3], err)
}

// waits FILE TEXT returns once a file holds a text.
func waits(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) != 2 {
		ts.Fatalf("usage: waits file text")
	}
	await(ts, ts.MkAbs(args[0]), args[1], nil)
}

// locks FILE living|dead writes a lock whose holder is a process of this host, or was one.
func locks(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) != 2 {
		ts.Fatalf("usage: locks file living|dead")
	}
	host, err := os.Hostname()
	ts.Check(err)
	pid := os.Getpid()
	if args[1] == "dead" {
		gone := exec.Command(os.Args[0], "-test.run=^$")
		ts.Check(gone.Run())
		pid = gone.Process.Pid
	}
	text := fmt.Sprintf(`{"id":"theirs","who":{"host":%q,"pid":%d,"user":"kim"},"plan":"fleet","since":"2026-11-02T12:00:00Z"}`, host, pid)
	ts.Check(os.MkdirAll(filepath.Dir(ts.MkAbs(args[0])), 0o700))
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(text), 0o600))
}

// await returns once a file holds a text.
func await(ts *testscript.TestScript, file, text string, done <-chan error) {
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		if content, err := os.ReadFile(file); err == nil && bytes.Contains(content, []byte(text)) {
			return
		}
		select {
		case err := <-done:
			ts.Fatalf("it ended before %s held %q: %v", file, text, err)
		default:
		}
	}
	ts.Fatalf("%s does not hold %q", file, text)
}
