package main

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// rooms says which of our own rooms each room may import; a room that ends in /… stands for all below it, too.
var rooms = map[string][]string{
	"cmd/plimsoll":        {"cmd/cli"},
	"cmd/cli":             {"dsl/…", "runner/…"},
	"dsl":                 {"dsl/…"},
	"dsl/diag":            {},
	"dsl/expr":            {"dsl/fact"},
	"dsl/fact":            {},
	"dsl/language":        {"dsl/fact", "dsl/expr", "dsl/diag"},
	"dsl/plan":            {"dsl/fact"},
	"runner":              {"runner/engine", "runner/metrics", "runner/pace", "runner/result", "runner/analysis", "dsl/plan", "dsl/expr", "dsl/fact"},
	"runner/analysis":     {"runner/result", "runner/metrics", "dsl/plan", "dsl/fact"},
	"runner/engine":       {"runner/engine/wire", "runner/pace", "runner/metrics", "dsl/plan", "dsl/expr"},
	"runner/engine/wire":  {"runner/metrics"},
	"runner/export":       {"runner/metrics", "runner/result", "runner/fleet/watch"},
	"runner/fleet":        {"runner/analysis", "runner/result", "dsl/plan", "dsl/fact"},
	"runner/fleet/change": {"runner/fleet"},
	"runner/fleet/cloud":  {"runner/fleet", "dsl/plan", "dsl/fact"},
	"runner/fleet/follow": {"runner/fleet", "runner/result", "dsl/plan", "dsl/fact"},
	"runner/fleet/watch":  {"runner/fleet", "runner/analysis", "runner/result", "dsl/plan", "dsl/expr", "dsl/fact"},
	"runner/machine":      {},
	"runner/metrics":      {},
	"runner/pace":         {},
	"runner/report":       {"runner/result", "runner/analysis", "runner/fleet", "runner/fleet/watch", "dsl/plan", "dsl/fact", "dsl/diag"},
	"runner/result":       {"runner/metrics", "dsl/fact"},
	"runner/sim":          {},
	"runner/sim/aws":      {},
}

// sole names the only room that may import an outside module; empty where nobody outside may, by the prefix of its path.
var sole = map[string]string{
	"github.com/expr-lang/expr":      "dsl/expr",
	"github.com/spf13/cobra":         "cmd/cli",
	"github.com/gorilla/websocket":   "runner/sim",
	"github.com/DataDog/sketches-go": "runner/metrics",
	"github.com/gobwas/ws":           "runner/engine/wire",
	"github.com/aws":                 "runner/fleet/cloud",
	"github.com/prometheus":          "runner/export",
}

const module = "plimsoll/"

// TestHouse holds the house to its plan: data goes one way, and nothing imports upward.
func TestHouse(t *testing.T) {
	root := filepath.Join("..", "..")
	seen := map[string]bool{}
	for file, imports := range sources(t, root) {
		room := path.Dir(file)
		allowed, ok := rooms[room]
		if !ok {
			t.Errorf("%s: the house has no room %s", file, room)
			continue
		}
		seen[room] = true
		for _, imported := range imports {
			if own, ok := strings.CutPrefix(imported, module); ok && own != room && !permits(allowed, own) {
				t.Errorf("%s imports %s; %s may import only %v", file, own, room, allowed)
			}
			for prefix, only := range sole {
				if strings.HasPrefix(imported, prefix) && room != only {
					t.Errorf("%s imports %s, which only %s may", file, imported, only)
				}
			}
		}
	}
	for room := range rooms {
		if !seen[room] {
			t.Errorf("room %s is in the table and not in the tree", room)
		}
	}
}

// TestTopLevel keeps the front door tidy.
func TestTopLevel(t *testing.T) {
	entries, err := os.ReadDir(filepath.Join("..", ".."))
	if err != nil {
		t.Fatal(err)
	}
	known := strings.Fields("cmd dsl runner gherkin plans features action.yml go.mod go.sum README.md plimsoll.json plimsoll.json.journal")
	for _, e := range entries {
		if !strings.HasPrefix(e.Name(), ".") && !slices.Contains(known, e.Name()) {
			t.Errorf("%s does not belong to the top level", e.Name())
		}
	}
}

// sources maps every Go file of the module that is no test to what it imports.
func sources(t *testing.T, root string) map[string][]string {
	t.Helper()
	all := map[string][]string{}
	err := fs.WalkDir(os.DirFS(root), ".", func(file string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(file, ".go") || strings.HasSuffix(file, "_test.go") {
			return err
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), filepath.Join(root, file), nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		all[file] = []string{}
		for _, spec := range parsed.Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return err
			}
			all[file] = append(all[file], imported)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func permits(allowed []string, room string) bool {
	return slices.ContainsFunc(allowed, func(a string) bool {
		below, all := strings.CutSuffix(a, "/…")
		return a == room || all && (room == below || strings.HasPrefix(room, below+"/"))
	})
}
