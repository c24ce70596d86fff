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
	if maps3, ok := threeOf(object, now, applied, before); ok {
		return revertObject(maps3[0], maps3[1], maps3[2])
	}
	if lists, ok := threeOf(list, now, applied, before); ok {
		return revertList(lists[0], lists[1], lists[2])
	}
	return before
}

// threeOf sees three values in one way, if all can be.
func threeOf[T any](as func(any) (T, bool), values ...any) (three []T, ok bool) {
	for _, v := range values {
		t, ok := as(v)
		if !ok {
			return nil, false
		}
		three = append(three, t)
	}
	return three, true
}

func object(v any) (map[string]any, bool) {
	o, ok := v.(map[string]any)
	return o, ok || v == nil
}

// list is a list of objects that have names.
func list(v any) ([]any, bool) {
	l, ok := v.([]any)
	return l, (ok || v == nil) && byName(l) != nil
}

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
