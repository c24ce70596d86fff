package change

import (
	"maps"
	"slices"

	"plimsoll/runner/fleet"
)

// restored is a document with those settings as before that were changed from before to applied, whichever they are now.
// All others stay as they are now.
func restored(now, applied, before fleet.Document) fleet.Document {
	if now == nil {
		return before.Clone()
	}
	made, _ := revert(plain(now), plain(applied), plain(before)).(map[string]any)
	return made
}

// revert goes through objects, and through lists of named objects; any other value is restored whole. What is not there is
// nil.
func revert(now, applied, before any) any {
	if covers(applied, before) && covers(before, applied) {
		return now
	}
	all := []any{now, applied, before}
	switch {
	case every(all, isObject):
		return revertObject(asObject(now), asObject(applied), asObject(before))
	case every(all, isNamedList):
		return revertList(asList(now), asList(applied), asList(before))
	}
	return before
}

func every(values []any, is func(any) bool) bool {
	return !slices.ContainsFunc(values, func(v any) bool { return v != nil && !is(v) })
}

func isObject(v any) bool { _, ok := v.(map[string]any); return ok }

func isNamedList(v any) bool { l, ok := v.([]any); return ok && byName(l) != nil }

func asObject(v any) map[string]any { o, _ := v.(map[string]any); return o }

func asList(v any) []any { l, _ := v.([]any); return l }

func revertObject(now, applied, before map[string]any) any {
	made, changed := map[string]any{}, map[string]any{}
	maps.Copy(made, now)
	maps.Copy(changed, before)
	maps.Copy(changed, applied)
	for key := range changed {
		if value := revert(now[key], applied[key], before[key]); value != nil {
			made[key] = value
		} else {
			delete(made, key)
		}
	}
	if len(made) == 0 {
		return nil
	}
	return made
}

// revertList keeps the order of now; what the change took away comes behind it.
func revertList(now, applied, before []any) any {
	current, did, was := byName(now), byName(applied), byName(before)
	var made []any
	for _, item := range now {
		name := nameOf(item.(map[string]any))
		if value := revert(item, did[name], was[name]); value != nil {
			made = append(made, value)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(was)) {
		if current[name] == nil && did[name] == nil {
			made = append(made, was[name])
		}
	}
	if len(made) == 0 {
		return nil
	}
	return made
}
