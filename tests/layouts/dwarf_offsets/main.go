// SPDX-License-Identifier: Apache-2.0

// dwarf_offsets FILE: the fields of all structures of the packages runtime, sync, internal/sync and internal/abi in a Go program, from
// its debugging information, a line for each: "runtime.g sched.pc 64". Fields of embedded structures stand without the name
// of what embeds them, too. "runtime.g . 456" is the size of the structure, "runtime.semtable [] 64" the distance of the
// elements of a variable that is an array.
package main

import (
	"bufio"
	"debug/dwarf"
	"debug/elf"
	"fmt"
	"os"
	"strings"
)

var out = bufio.NewWriter(os.Stdout)

// How many structures inside structures are followed.
const depth = 4

func structure(t dwarf.Type) *dwarf.StructType {
	for {
		switch u := t.(type) {
		case *dwarf.TypedefType:
			t = u.Type
		case *dwarf.StructType:
			return u
		default:
			return nil
		}
	}
}

// Slices and strings are structures to the debugger.
func isBuiltin(s *dwarf.StructType) bool {
	return s.StructName == "string" || strings.HasPrefix(s.StructName, "[]")
}

func fields(of, prefix string, base int64, s *dwarf.StructType, left int) {
	for _, f := range s.Field {
		fmt.Fprintf(out, "%s %s%s %d\n", of, prefix, f.Name, base+f.ByteOffset)
		inner := structure(f.Type)
		if inner == nil || left == 0 || isBuiltin(inner) {
			continue
		}
		fields(of, prefix+f.Name+".", base+f.ByteOffset, inner, left-1)
		if strings.HasSuffix(inner.StructName, "."+f.Name) { // embedded
			fields(of, prefix, base+f.ByteOffset, inner, left-1)
		}
	}
}

func wanted(name string) bool {
	for _, room := range []string{"runtime.", "sync.", "internal/sync.", "internal/abi."} {
		if strings.HasPrefix(name, room) {
			return true
		}
	}
	return false
}

func run() error {
	file, err := elf.Open(os.Args[1])
	if err != nil {
		return err
	}
	data, err := file.DWARF()
	if err != nil {
		return err
	}
	for r := data.Reader(); ; {
		entry, err := r.Next()
		if entry == nil || err != nil {
			return err
		}
		name, _ := entry.Val(dwarf.AttrName).(string)
		if !wanted(name) {
			if entry.Tag == dwarf.TagSubprogram {
				r.SkipChildren()
			}
			continue
		}
		switch entry.Tag {
		case dwarf.TagStructType:
			if t, err := data.Type(entry.Offset); err == nil {
				fmt.Fprintf(out, "%s . %d\n", name, t.Size())
				fields(name, "", 0, structure(t), depth)
			}
		case dwarf.TagVariable:
			offset, _ := entry.Val(dwarf.AttrType).(dwarf.Offset)
			t, err := data.Type(offset)
			for err == nil {
				if u, ok := t.(*dwarf.TypedefType); ok {
					t = u.Type
					continue
				}
				break
			}
			if array, ok := t.(*dwarf.ArrayType); ok && array.Count > 0 {
				fmt.Fprintf(out, "%s [] %d\n", name, array.Size()/array.Count)
			}
		case dwarf.TagSubprogram:
			r.SkipChildren()
		}
	}
}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "dwarf_offsets:", err)
		os.Exit(1)
	}
	out.Flush()
}
