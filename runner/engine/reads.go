package engine

import "strings"

// readsData reports whether an expression may read a row of the data block. A computed name may be any block's.
func readsData(source, block string) bool {
	return scan(source, func(path string) bool {
		return path == "data" || path == "data."+block || strings.HasPrefix(path, "data."+block+".")
	})
}

// scan calls found with each dotted path of names in an expression, strings left out, until it says yes.
func scan(source string, found func(path string) bool) bool {
	for i := 0; i < len(source); {
		switch c := source[i]; {
		case c == '\'' || c == '"' || c == '`':
			i = skipString(source, i)
		case c == '.' || isNameByte(c):
			from := i
			for i < len(source) && (isNameByte(source[i]) || source[i] == '.' || source[i] == '?' && strings.HasPrefix(source[i:], "?.")) {
				i++
			}
			if found(strings.ReplaceAll(source[from:i], "?", "")) {
				return true
			}
		default:
			i++
		}
	}
	return false
}

func skipString(source string, from int) int {
	quote := source[from]
	for i := from + 1; i < len(source); i++ {
		switch source[i] {
		case '\\':
			if quote != '`' {
				i++
			}
		case quote:
			return i + 1
		}
	}
	return len(source)
}

func isNameByte(c byte) bool {
	return c == '_' || '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || c >= 0x80
}
