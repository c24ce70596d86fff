package dsl_test

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/hcl/v2"
	"plimsoll/dsl"
)

func getenv(name string) (string, bool) {
	value, ok := map[string]string{"CHAT_TOKEN": "abc/def+ghi"}[name]
	return value, ok
}

// TestPlans holds what the plans in testdata/plans come to.
func TestPlans(t *testing.T) {
	for _, name := range []string{"chatbot", "everything"} {
		t.Run(name, func(t *testing.T) {
			p, list := dsl.Load(dsl.Source{FS: os.DirFS("testdata/plans"), Paths: []string{name}, Getenv: getenv})
			if len(list.Diagnostics) > 0 {
				t.Log(golden(list))
			}
			if p == nil {
				t.Fatal("the plan does not load")
			}
			var b strings.Builder
			show(&b, reflect.ValueOf(p), "")
			compareFile(t, filepath.Join("testdata/plans", name+".golden"), b.String())
		})
	}
}

// compareFile compares with a golden file, or writes it.
func compareFile(t *testing.T, name, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(name, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), got); d != "" {
		t.Errorf("%s is stale (-want +got), -update writes it anew:\n%s", name, d)
	}
}

// show writes a value with all that is not zero in it, ranges left out; what is shared by its name alone.
func show(b *strings.Builder, v reflect.Value, indent string) {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		show(b, v.Elem(), indent)
	case reflect.Struct:
		fmt.Fprintf(b, "%s\n", v.Type().Name())
		for i := range v.NumField() {
			f, field := v.Type().Field(i), v.Field(i)
			if f.Type == reflect.TypeFor[hcl.Range]() || field.IsZero() || f.Name == "Offsets" || f.Name == "Digest" {
				continue
			}
			fmt.Fprintf(b, "%s  %s: ", indent, f.Name)
			if v.Type().Name() == "Scenario" && (f.Name == "After" || f.Name == "Data") || v.Type().Name() == "Dashboard" && f.Name == "Services" {
				fmt.Fprintf(b, "→ %s and %d more\n", field.Index(0).Elem().FieldByName("Name"), field.Len()-1)
				continue
			}
			if shared(v.Type().Name(), f.Name) {
				fmt.Fprintf(b, "→ %s\n", field.Elem().FieldByName("Name"))
				continue
			}
			show(b, field, indent+"  ")
		}
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			fmt.Fprintf(b, "%q\n", v.Bytes())
			return
		}
		fmt.Fprintf(b, "%d\n", v.Len())
		for i := range v.Len() {
			fmt.Fprintf(b, "%s  - ", indent)
			show(b, v.Index(i), indent+"  ")
		}
	case reflect.Map:
		fmt.Fprintf(b, "%v\n", v) // in the order of its keys
	case reflect.String:
		fmt.Fprintf(b, "%q\n", v)
	default:
		fmt.Fprintf(b, "%v\n", v)
	}
}

// shared reports whether a field points to what stands elsewhere in the plan.
func shared(owner, field string) bool {
	return owner == "Scenario" && (field == "Service" || field == "Before" || field == "Finally") || owner == "Share" && field == "Flow" || field == "Each" || field == "Mirror"
}
