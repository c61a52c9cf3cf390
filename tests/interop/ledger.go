// The Go side of the interoperation test, on the libraries of the Go checksum database.
//
//	ledger write DIR N   a ledger of N entries, as C2SP tlog-tiles lays it out, with its key and proofs beside it
//	ledger read DIR      checks such a folder
//
// "proofs" has a line for each: "inclusion INDEX HASH..." or "consistency OLD OLDROOT HASH...", hashes in base64.
package main

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const height = 8

var folder string

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "ledger:", err)
		os.Exit(1)
	}
}

func need(ok bool, what string) {
	if !ok {
		must(fmt.Errorf("%s", what))
	}
}

// path is where C2SP keeps a tile: the height is not written, and the level of entries has another name.
func path(tile tlog.Tile) string {
	name := strings.Replace(tile.Path(), "tile/8/", "tile/", 1)
	return strings.Replace(name, "tile/data/", "tile/entries/", 1)
}

func read(name string) []byte {
	data, err := os.ReadFile(filepath.Join(folder, name))
	must(err)
	return data
}

func write(name string, data []byte) {
	full := filepath.Join(folder, name)
	must(os.MkdirAll(filepath.Dir(full), 0o777))
	must(os.WriteFile(full, data, 0o666))
}

// tiles reads the tiles of a folder; what is read through it is checked against the root.
type tiles struct{}

func (tiles) Height() int                     { return height }
func (tiles) SaveTiles([]tlog.Tile, [][]byte) {}
func (tiles) ReadTiles(list []tlog.Tile) ([][]byte, error) {
	var out [][]byte
	for _, tile := range list {
		data, err := os.ReadFile(filepath.Join(folder, path(tile)))
		if err != nil {
			return nil, err
		}
		out = append(out, data)
	}
	return out, nil
}

// stored keeps every hash of a tree, in the order of tlog.
type stored []tlog.Hash

func (s stored) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	var out []tlog.Hash
	for _, i := range indexes {
		out = append(out, s[i])
	}
	return out, nil
}

func (s *stored) add(n int64, entry []byte) {
	hashes, err := tlog.StoredHashes(n, entry, *s)
	must(err)
	*s = append(*s, hashes...)
}

func proof(kind string, from int64, hashes []tlog.Hash) string {
	words := []string{kind, strconv.FormatInt(from, 10)}
	for _, hash := range hashes {
		words = append(words, hash.String())
	}
	return strings.Join(words, " ") + "\n"
}

// tilesOf lists the tiles of a tree: tlog's list has the partial tiles of every smaller tree too.
func tilesOf(size int64) []tlog.Tile {
	var out []tlog.Tile
	for _, tile := range tlog.NewTiles(height, 0, size) {
		width := size>>(height*tile.L) - tile.N*256
		if tile.W == 256 || int64(tile.W) == width {
			out = append(out, tile)
		}
	}
	return out
}

func makeLedger(size int64) {
	secret, public, err := note.GenerateKey(nil, "example.com/go-log")
	must(err)
	signer, err := note.NewSigner(secret)
	must(err)
	var hashes stored
	var proofs strings.Builder
	bundle := []byte{}
	for i := int64(0); i < size; i++ {
		entry := []byte(fmt.Sprintf("entry %d of Go", i))
		hashes.add(i, entry)
		bundle = binary.BigEndian.AppendUint16(bundle, uint16(len(entry)))
		bundle = append(bundle, entry...)
		if i%256 == 255 || i == size-1 {
			write(path(tlog.Tile{H: height, L: -1, N: i / 256, W: int(i%256) + 1}), bundle)
			bundle = bundle[:0]
		}
	}
	root, err := tlog.TreeHash(size, hashes)
	must(err)
	for _, tile := range tilesOf(size) {
		data, err := tlog.ReadTileData(tile, hashes)
		must(err)
		write(path(tile), data)
	}
	for i := int64(0); i < size; i += size/97 + 1 {
		inclusion, err := tlog.ProveRecord(size, i, hashes)
		must(err)
		consistency, err := tlog.ProveTree(size, i+1, hashes)
		must(err)
		old, err := tlog.TreeHash(i+1, hashes)
		must(err)
		proofs.WriteString(proof("inclusion", i, inclusion))
		proofs.WriteString(proof("consistency", i+1, append([]tlog.Hash{old}, consistency...)))
	}
	signed, err := note.Sign(&note.Note{Text: fmt.Sprintf("example.com/go-log\n%d\n%s\n", size, root)}, signer)
	must(err)
	write("checkpoint", signed)
	write("key", []byte(public))
	write("proofs", []byte(proofs.String()))
}

func readCheckpoint() tlog.Tree {
	verifier, err := note.NewVerifier(strings.TrimSpace(string(read("key"))))
	must(err)
	signed, err := note.Open(read("checkpoint"), note.VerifierList(verifier))
	must(err)
	lines := strings.Split(signed.Text, "\n")
	need(len(lines) == 4 && lines[0] == verifier.Name() && lines[3] == "", "the checkpoint is not three lines")
	size, err := strconv.ParseInt(lines[1], 10, 64)
	must(err)
	root, err := tlog.ParseHash(lines[2])
	must(err)
	return tlog.Tree{N: size, Hash: root}
}

// readEntries reads the bundles and computes every hash of the tree from them.
func readEntries(size int64) stored {
	var hashes stored
	for n := int64(0); n < size; {
		width := size - n
		if width > 256 {
			width = 256
		}
		data := read(path(tlog.Tile{H: height, L: -1, N: n / 256, W: int(width)}))
		for end := n + width; n < end; n++ {
			need(len(data) >= 2, "a bundle is too short")
			length := int(binary.BigEndian.Uint16(data))
			need(len(data)-2 >= length, "a bundle is too short")
			hashes.add(n, data[2:2+length])
			data = data[2+length:]
		}
		need(len(data) == 0, "a bundle is too long")
	}
	return hashes
}

func checkProof(line string, tree tlog.Tree, hashes stored) {
	words := strings.Split(line, " ")
	from, err := strconv.ParseInt(words[1], 10, 64)
	must(err)
	var list []tlog.Hash
	for _, word := range words[2:] {
		hash, err := tlog.ParseHash(word)
		must(err)
		list = append(list, hash)
	}
	if words[0] == "inclusion" {
		must(tlog.CheckRecord(list, tree.N, tree.Hash, from, hashes[tlog.StoredHashIndex(0, from)]))
		return
	}
	must(tlog.CheckTree(list[1:], tree.N, tree.Hash, from, list[0]))
}

func readLedger() {
	tree := readCheckpoint()
	hashes := readEntries(tree.N)
	root, err := tlog.TreeHash(tree.N, hashes)
	must(err)
	need(root == tree.Hash, "the entries do not hash to the root")
	for _, tile := range tilesOf(tree.N) {
		data, err := tlog.ReadTileData(tile, hashes)
		must(err)
		need(bytes.Equal(data, read(path(tile))), path(tile)+" is not what it should be")
	}
	if _, err := os.Stat(filepath.Join(folder, "proofs")); err == nil { // an exported ledger has none
		proofs := strings.Split(strings.TrimSuffix(string(read("proofs")), "\n"), "\n")
		for _, line := range proofs {
			checkProof(line, tree, hashes)
		}
	}
	// The proofs that a Go client makes from the tiles alone.
	reader := tlog.TileHashReader(tree, tiles{})
	for i := int64(0); i < tree.N; i += tree.N/97 + 1 {
		inclusion, err := tlog.ProveRecord(tree.N, i, reader)
		must(err)
		must(tlog.CheckRecord(inclusion, tree.N, tree.Hash, i, hashes[tlog.StoredHashIndex(0, i)]))
		old, err := tlog.TreeHash(i+1, reader)
		must(err)
		consistency, err := tlog.ProveTree(tree.N, i+1, reader)
		must(err)
		must(tlog.CheckTree(consistency, tree.N, tree.Hash, i+1, old))
	}
}

func main() {
	if len(os.Args) == 4 && os.Args[1] == "write" {
		size, err := strconv.ParseInt(os.Args[3], 10, 64)
		must(err)
		folder = os.Args[2]
		makeLedger(size)
	} else if len(os.Args) == 3 && os.Args[1] == "read" {
		folder = os.Args[2]
		readLedger()
	} else {
		must(fmt.Errorf("usage: ledger write DIR N | ledger read DIR"))
	}
}
