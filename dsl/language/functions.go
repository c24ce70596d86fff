package language

import "slices"

// Function is one function that may be called while the plan is loaded.
type Function struct{ Name, Signature, Doc, Example string }

// Functions lists them in the order of the reference: those that a plan brings, then those of cty's library.
func Functions() []Function {
	return slices.Concat(brought(), arithmetic(), texts(), collections(), conversions())
}

// brought are those that a plan brings.
func brought() []Function {
	return []Function{
		{"env", "env(name, default)", "A variable of the environment. Without a default it must be set.", `env("CHAT_TOKEN", "none")`},
		{"file", "file(path)", "The text of a file in UTF-8. Paths are relative to the file that names them, and stay inside the repository.", `file("token.txt")`},
		{"jsonfile", "jsonfile(path)", "The value in a JSON file.", `jsonfile("limits.json").users`},
		{"csvfile", "csvfile(path)", "The rows of a CSV file as objects, named by its first line.", `length(csvfile("questions.csv"))`},
		{"duration", "duration(text)", "A duration in seconds.", `duration("2m30s") # 150`},
	}
}

// arithmetic are those on numbers.
func arithmetic() []Function {
	return []Function{
		{"abs", "abs(number)", "The number without its sign.", `abs(-3) # 3`},
		{"ceil", "ceil(number)", "The number rounded up.", `ceil(1.2) # 2`},
		{"floor", "floor(number)", "The number rounded down.", `floor(1.8) # 1`},
		{"int", "int(number)", "The number without its fraction.", `int(-1.8) # -1`},
		{"log", "log(number, base)", "The logarithm.", `log(16, 2) # 4`},
		{"max", "max(numbers…)", "The greatest.", `max(1, 5, 3) # 5`},
		{"min", "min(numbers…)", "The least.", `min(1, 5, 3) # 1`},
		{"parseint", "parseint(text, base)", "A whole number written in a base.", `parseint("ff", 16) # 255`},
		{"pow", "pow(number, power)", "The number raised to the power.", `pow(2, 10) # 1024`},
		{"signum", "signum(number)", "-1, 0 or 1.", `signum(-5) # -1`},
	}
}

// texts are those on text.
func texts() []Function {
	return []Function{
		{"chomp", "chomp(text)", "The text without line breaks at its end.", `chomp(file("token.txt"))`},
		{"format", "format(format, values…)", "A text made by printf's rules.", `format("user-%03d", 7) # "user-007"`},
		{"formatlist", "formatlist(format, lists…)", "A text for each item.", `formatlist("https://%s", ["a", "b"])`},
		{"indent", "indent(spaces, text)", "The text with spaces before every line but the first.", `indent(2, "a\nb")`},
		{"join", "join(separator, list)", "The texts of a list in one.", `join(", ", ["a", "b"]) # "a, b"`},
		{"lower", "lower(text)", "The text in lower case.", `lower("EU") # "eu"`},
		{"upper", "upper(text)", "The text in upper case.", `upper("eu") # "EU"`},
		{"title", "title(text)", "The text with each word's first letter in upper case.", `title("load test") # "Load Test"`},
		{"regex", "regex(pattern, text)", "The first match of an RE2 pattern, or its groups.", `regex("[0-9]+", "task-12") # "12"`},
		{"regexall", "regexall(pattern, text)", "Every match.", `regexall("[0-9]+", "1 and 2") # ["1", "2"]`},
		{"regexreplace", "regexreplace(text, pattern, replacement)", "The text with every match replaced.", `regexreplace("a1b2", "[0-9]", "") # "ab"`},
		{"replace", "replace(text, old, new)", "The text with every occurrence replaced.", `replace("a.b", ".", "-") # "a-b"`},
		{"split", "split(separator, text)", "The parts of the text.", `split(",", "a,b") # ["a", "b"]`},
		{"strlen", "strlen(text)", "How many characters the text has.", `strlen("abc") # 3`},
		{"strrev", "strrev(text)", "The text backwards.", `strrev("abc") # "cba"`},
		{"substr", "substr(text, offset, length)", "A part of the text.", `substr("staging", 0, 3) # "sta"`},
		{"trim", "trim(text, characters)", "The text without these characters around it.", `trim("--a--", "-") # "a"`},
		{"trimprefix", "trimprefix(text, prefix)", "The text without the prefix.", `trimprefix("v1.2", "v") # "1.2"`},
		{"trimspace", "trimspace(text)", "The text without white space around it.", `trimspace(file("token.txt"))`},
		{"trimsuffix", "trimsuffix(text, suffix)", "The text without the suffix.", `trimsuffix("a.hcl", ".hcl") # "a"`},
	}
}

// collections are those on lists, sets and objects.
func collections() []Function {
	return []Function{
		{"chunklist", "chunklist(list, size)", "The list in lists of that size.", `chunklist([1, 2, 3], 2) # [[1, 2], [3]]`},
		{"coalesce", "coalesce(values…)", "The first that is not null.", `coalesce(null, "a") # "a"`},
		{"coalescelist", "coalescelist(lists…)", "The first that is not empty.", `coalescelist([], [1]) # [1]`},
		{"compact", "compact(list)", "The texts that are neither null nor empty.", `compact(["a", "", "b"]) # ["a", "b"]`},
		{"concat", "concat(lists…)", "The lists in one.", `concat([1], [2, 3]) # [1, 2, 3]`},
		{"contains", "contains(list, value)", "Whether the list holds the value.", `contains(["eu", "us"], var.region)`},
		{"distinct", "distinct(list)", "Each value once.", `distinct([1, 1, 2]) # [1, 2]`},
		{"element", "element(list, index)", "An item; the index goes round.", `element(["a", "b"], 3) # "b"`},
		{"flatten", "flatten(list)", "Lists inside the list, opened.", `flatten([[1], [2, 3]]) # [1, 2, 3]`},
		{"index", "index(collection, key)", "An item of a list or a map.", `index(["a", "b"], 1) # "b"`},
		{"keys", "keys(object)", "The names of an object, sorted.", `keys({ b = 1, a = 2 }) # ["a", "b"]`},
		{"length", "length(collection)", "How many items it has.", `length([1, 2]) # 2`},
		{"lookup", "lookup(object, name, default)", "A value of an object, or the default.", `lookup({ eu = 10 }, var.region, 5)`},
		{"merge", "merge(objects…)", "The objects in one; later ones win.", `merge({ a = 1 }, { b = 2 })`},
		{"range", "range(start, limit, step)", "The numbers from start up to, but without, limit.", `range(0, 10, 5) # [0, 5]`},
		{"reverse", "reverse(list)", "The list backwards.", `reverse([1, 2]) # [2, 1]`},
		{"setintersection", "setintersection(sets…)", "What all sets have.", `setintersection(["a", "b"], ["b"])`},
		{"setproduct", "setproduct(sets…)", "Every combination.", `setproduct(["eu", "us"], ["a", "b"])`},
		{"setsubtract", "setsubtract(set, set)", "What only the first has.", `setsubtract(["a", "b"], ["b"])`},
		{"setunion", "setunion(sets…)", "What any set has.", `setunion(["a"], ["b"])`},
		{"slice", "slice(list, start, end)", "A part of the list.", `slice([1, 2, 3], 0, 2) # [1, 2]`},
		{"sort", "sort(list)", "The texts in order.", `sort(["b", "a"]) # ["a", "b"]`},
		{"values", "values(object)", "The values of an object, by name.", `values({ b = 1, a = 2 }) # [2, 1]`},
		{"zipmap", "zipmap(names, values)", "An object of names and values.", `zipmap(["a", "b"], [1, 2])`},
	}
}

// conversions are those between texts, times and types.
func conversions() []Function {
	return []Function{
		{"csvdecode", "csvdecode(text)", "The rows of CSV as objects.", `csvdecode("a,b\n1,2")`},
		{"jsondecode", "jsondecode(text)", "The value that JSON holds.", `jsondecode("{\"a\": 1}").a # 1`},
		{"jsonencode", "jsonencode(value)", "The value as JSON.", `jsonencode({ a = 1 })`},
		{"formatdate", "formatdate(format, time)", "A time of RFC 3339 in another form.", `formatdate("YYYY-MM-DD", "2026-11-02T10:00:00Z")`},
		{"timeadd", "timeadd(time, duration)", "A time of RFC 3339, moved.", `timeadd("2026-11-02T10:00:00Z", "1h")`},
		{"tobool", "tobool(value)", "The value as true or false.", `tobool("true")`},
		{"tolist", "tolist(value)", "The value as a list.", `tolist(["a"])`},
		{"tomap", "tomap(value)", "The value as a map.", `tomap({ a = 1 })`},
		{"tonumber", "tonumber(value)", "The value as a number.", `tonumber("5")`},
		{"toset", "toset(list)", "The value as a set, as for_each takes it.", `toset(["eu", "us"])`},
		{"tostring", "tostring(value)", "The value as text.", `tostring(5)`},
	}
}
