package driver

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"go/token"
	"go/types"
	"os"

	"golang.org/x/tools/go/gcexportdata"
)

// A vetx file is what the vet tool leaves behind for a package: its types in
// the indexed export format, and its facts. x/tools' unitchecker reads and
// writes it: magic, length of types, length of facts (little-endian uint32),
// types, facts. A file without types is ours alone:
// that of a unit that was skipped.
type vetx struct {
	types, facts []byte
}

const (
	vetxMagic  = "vetx"
	vetxHeader = len(vetxMagic) + 8
)

var errVetx = errors.New("not a vetx file")

// readVetxLengths reads only the header: the lengths of types and of facts.
func readVetxLengths(name string) (nTypes, nFacts int, err error) {
	f, err := os.Open(name)
	if err != nil {
		return 0, 0, err
	}
	defer f.Close()
	var header [vetxHeader]byte
	if _, err := f.Read(header[:]); err != nil {
		return 0, 0, fmt.Errorf("%s: %w", name, errVetx)
	}
	return vetxLengths(header[:])
}

func vetxLengths(data []byte) (nTypes, nFacts int, err error) {
	if len(data) < vetxHeader || string(data[:len(vetxMagic)]) != vetxMagic {
		return 0, 0, errVetx
	}
	nTypes = int(binary.LittleEndian.Uint32(data[4:]))
	nFacts = int(binary.LittleEndian.Uint32(data[8:]))
	return nTypes, nFacts, nil
}

// write stores the file in the form that unitchecker reads.
func (v vetx) write(name string) error {
	var buf bytes.Buffer
	buf.WriteString(vetxMagic)
	var lengths [8]byte
	binary.LittleEndian.PutUint32(lengths[:4], uint32(len(v.types)))
	binary.LittleEndian.PutUint32(lengths[4:], uint32(len(v.facts)))
	buf.Write(lengths[:])
	buf.Write(v.types)
	buf.Write(v.facts)
	return os.WriteFile(name, buf.Bytes(), 0o666)
}

// indexedTypes turns the compiler's export data into the indexed format that
// vetx files hold.
func indexedTypes(path, file string) ([]byte, error) {
	fset := token.NewFileSet()
	pkg, err := readExport(fset, make(map[string]*types.Package), path, file)
	if err != nil {
		return nil, err
	}
	var buf bytes.Buffer
	if err := gcexportdata.Write(&buf, fset, pkg); err != nil {
		return nil, fmt.Errorf("types of %s: %w", path, err)
	}
	return buf.Bytes()[1:], nil // without the letter that names the format
}

// readExport reads a package's types from the file the compiler wrote.
func readExport(fset *token.FileSet, imports map[string]*types.Package, path, file string) (*types.Package, error) {
	if pkg := imports[path]; pkg != nil && pkg.Complete() {
		return pkg, nil
	}
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	r, err := gcexportdata.NewReader(f)
	if err != nil {
		return nil, fmt.Errorf("export data of %s: %w", path, err)
	}
	return gcexportdata.Read(r, fset, imports, path)
}
