package cloud

import (
	"cmp"
	"maps"
	"slices"
	"strings"
)

// ownPrefix begins the keys of the tags that Plimsoll sets, and the only ones that it takes away.
const ownPrefix = "plimsoll:"

// A tagging is what must be called so that the tags of a resource become those of its document. Tags of others are never
// taken away.
type tagging struct {
	set  map[string]string
	gone []string // keys, in order
}

func tagChange(old, wanted map[string]string) tagging {
	change := tagging{set: map[string]string{}}
	for key, value := range wanted {
		if was, ok := old[key]; !ok || was != value {
			change.set[key] = value
		}
	}
	for _, key := range slices.Sorted(maps.Keys(old)) {
		if _, ok := wanted[key]; !ok && strings.HasPrefix(key, ownPrefix) {
			change.gone = append(change.gone, key)
		}
	}
	return change
}

// tagMap reads the tags of any SDK package.
func tagMap[T any](tags []T, of func(T) (key, value string)) map[string]string {
	found := make(map[string]string, len(tags))
	for _, t := range tags {
		key, value := of(t)
		found[key] = value
	}
	return found
}

// tagList makes the tags of any SDK package, in order.
func tagList[T any](tags map[string]string, tag func(key, value *string) T) []T {
	list := make([]T, 0, len(tags))
	for _, key := range slices.Sorted(maps.Keys(tags)) {
		value := tags[key]
		list = append(list, tag(&key, &value))
	}
	return list
}

// ownTags are the tags that people set, in order: those of AWS itself cannot be written.
func ownTags[T any](tags []T, of func(T) (key, value string)) []T {
	key := func(t T) string { k, _ := of(t); return k }
	own := slices.DeleteFunc(slices.Clone(tags), func(t T) bool { return strings.HasPrefix(key(t), "aws:") })
	slices.SortFunc(own, func(a, b T) int { return cmp.Compare(key(a), key(b)) })
	return own
}
