package change

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"plimsoll/runner/fleet"
)

// longestShown bounds what is shown of a value, in bytes; longer ones are shown by their digest.
const longestShown = 80

// differences are what differs between two documents, setting by setting by their paths, sorted. What may hold a secret is shown by a
// digest.
func differences(before, after fleet.Document) []fleet.Field {
	was, will := leaves(before), leaves(after)
	all := maps.Clone(was)
	maps.Copy(all, will)
	var fields []fleet.Field
	for _, name := range slices.Sorted(maps.Keys(all)) {
		if was[name] != will[name] {
			fields = append(fields, fleet.Field{Name: name, Before: was[name], After: will[name]})
		}
	}
	return fields
}

// names are the settings that differ, without their values.
func names(kind fleet.Kind, now, want fleet.Document) []string {
	switch {
	case now == nil && want != nil:
		return []string{"it is gone"}
	case now != nil && want == nil:
		return []string{"it is there"}
	}
	var all []string
	for _, f := range fleet.Words(kind, now, want, differences(now, want)) {
		all = append(all, f.Name)
	}
	return all
}

// leaves are the settings of a document by their paths.
func leaves(d fleet.Document) map[string]string {
	all := map[string]string{}
	gather(all, "", plain(d))
	return all
}

func gather(all map[string]string, path string, v any) {
	switch inner := v.(type) {
	case map[string]any:
		for key, value := range inner {
			switch at := strings.TrimPrefix(path+"."+key, "."); {
			case private(key):
				all[at] = digest(value)
			case key == choice && value != nil:
				all[at] = fleet.Line(chosen(value))
			default:
				gather(all, at, value)
			}
		}
	case []any:
		if named := byName(inner); named != nil {
			gatherNamed(all, path, named)
		} else {
			all[path] = shown(inner)
		}
	case nil:
	default:
		all[path] = shown(inner)
	}
}

// gatherNamed goes through objects whose names are part of the path.
func gatherNamed(all map[string]string, path string, named map[string]any) {
	for name, item := range named {
		settings := maps.Clone(item.(map[string]any))
		for _, key := range nameKeys {
			delete(settings, key)
		}
		gather(all, path+"."+name, settings)
	}
}

// private reports whether a setting may hold what nobody should see in a log or a report.
func private(key string) bool {
	switch key {
	case "environment", "environmentFiles", "secrets", "secretOptions", "options", "command", "entryPoint", "healthCheck",
		"dockerLabels", "repositoryCredentials", "DashboardBody":
		return true
	}
	return false
}

// byName is a list of objects by their names; nil where they have none, or share one.
func byName(list []any) map[string]any {
	all := map[string]any{}
	for _, item := range list {
		object, _ := item.(map[string]any)
		name := nameOf(object)
		if _, taken := all[name]; taken || name == "" {
			return nil
		}
		all[name] = object
	}
	return all
}

// nameKeys are what AWS calls the name of an object in a list.
var nameKeys = [...]string{"name", "Name", "key", "Key"}

func nameOf(object map[string]any) string {
	for _, key := range nameKeys {
		if name, ok := object[key].(string); ok {
			return name
		}
	}
	return ""
}

// shown is a value on one line.
func shown(v any) string {
	text, ok := v.(string)
	if !ok {
		text = string(encoded(v))
	}
	if len(text) > longestShown {
		return digest(v)
	}
	return fleet.Line(text)
}

// digest stands for a value: equal where the value is.
func digest(v any) string {
	const short = 6
	sum := sha256.Sum256(encoded(v))
	return "sha256 " + hex.EncodeToString(sum[:short])
}

func encoded(v any) []byte {
	text, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("a document that is no JSON: %v", err))
	}
	return text
}
