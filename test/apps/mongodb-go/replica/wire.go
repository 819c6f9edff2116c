package main

import (
	"encoding/binary"
	"errors"
	"hash/crc32"
	"io"
	"sync/atomic"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/x/mongo/driver"
	"go.mongodb.org/mongo-driver/x/mongo/driver/wiremessage"
)

// A command as it came, and in which form it is to be answered.
type message struct {
	requestID  int32
	isQuery    bool
	flags      wiremessage.MsgFlag
	compressor wiremessage.CompressorID
	command    bson.D
}

var errWire = errors.New("bytes that are no message of MongoDB")
var castagnoli = crc32.MakeTable(crc32.Castagnoli)
var lastRequestID atomic.Int32

func readMessage(from io.Reader) (*message, error) {
	head := make([]byte, 16)
	if _, err := io.ReadFull(from, head); err != nil {
		return nil, err
	}
	length, requestID, _, opcode, _, _ := wiremessage.ReadHeader(head)
	if length < 16 || length > 48_000_000 {
		return nil, errWire
	}
	whole := append(head, make([]byte, length-16)...)
	if _, err := io.ReadFull(from, whole[16:]); err != nil {
		return nil, err
	}
	read := &message{requestID: requestID}
	body := whole[16:]
	if opcode == wiremessage.OpCompressed {
		original, rest, _ := wiremessage.ReadCompressedOriginalOpCode(body)
		size, rest, _ := wiremessage.ReadCompressedUncompressedSize(rest)
		compressor, rest, ok := wiremessage.ReadCompressedCompressorID(rest)
		if !ok {
			return nil, errWire
		}
		plain, err := driver.DecompressPayload(rest, driver.CompressionOpts{Compressor: compressor, UncompressedSize: size})
		if err != nil {
			return nil, err
		}
		opcode, body, read.compressor = original, plain, compressor
	}
	if opcode == wiremessage.OpQuery {
		return read, read.decodeQuery(body)
	}
	if opcode != wiremessage.OpMsg {
		return nil, errWire
	}
	if body[0]&byte(wiremessage.ChecksumPresent) != 0 {
		end := len(whole) - 4
		if crc32.Checksum(whole[:end], castagnoli) != binary.LittleEndian.Uint32(whole[end:]) {
			return nil, errors.New("a checksum that is wrong")
		}
		body = body[:len(body)-4]
	}
	return read, read.decodeMessage(body)
}

func (m *message) decodeQuery(body []byte) error {
	m.isQuery = true
	_, rest, _ := wiremessage.ReadQueryFlags(body)
	_, rest, _ = wiremessage.ReadQueryFullCollectionName(rest)
	_, rest, _ = wiremessage.ReadQueryNumberToSkip(rest)
	_, rest, _ = wiremessage.ReadQueryNumberToReturn(rest)
	document, _, ok := wiremessage.ReadQueryQuery(rest)
	if !ok {
		return errWire
	}
	return bson.Unmarshal(document, &m.command)
}

func (m *message) decodeMessage(body []byte) error {
	flags, rest, ok := wiremessage.ReadMsgFlags(body)
	m.flags = flags
	var sequences bson.D
	for ok && len(rest) > 0 {
		var kind wiremessage.SectionType
		kind, rest, ok = wiremessage.ReadMsgSectionType(rest)
		if ok && kind == wiremessage.SingleDocument {
			document, after, found := wiremessage.ReadMsgSectionSingleDocument(rest)
			rest, ok = after, found
			if found {
				if err := bson.Unmarshal(document, &m.command); err != nil {
					return err
				}
			}
		} else if ok {
			name, documents, after, found := wiremessage.ReadMsgSectionDocumentSequence(rest)
			rest, ok = after, found
			list := bson.A{}
			for _, document := range documents {
				var fields bson.D
				if err := bson.Unmarshal(document, &fields); err != nil {
					return err
				}
				list = append(list, fields)
			}
			sequences = append(sequences, bson.E{Key: name, Value: list})
		}
	}
	if !ok || len(m.command) == 0 {
		return errWire
	}
	m.command = append(m.command, sequences...)
	return nil
}

// Answers as it was asked: compressed where the question was, checked where it was. Gives the answer's own number.
func (m *message) answer(to io.Writer, reply bson.D, more wiremessage.MsgFlag, responseTo int32) (int32, error) {
	document, err := bson.Marshal(reply)
	if err != nil {
		return 0, err
	}
	id := lastRequestID.Add(1)
	if m.isQuery {
		at, bytes := wiremessage.AppendHeaderStart(nil, id, responseTo, wiremessage.OpReply)
		bytes = wiremessage.AppendReplyFlags(bytes, wiremessage.AwaitCapable)
		bytes = wiremessage.AppendReplyCursorID(bytes, 0)
		bytes = wiremessage.AppendReplyStartingFrom(bytes, 0)
		bytes = append(wiremessage.AppendReplyNumberReturned(bytes, 1), document...)
		return id, send(to, at, bytes)
	}
	checksum := m.flags & wiremessage.ChecksumPresent
	body := wiremessage.AppendMsgFlags(nil, more|checksum)
	body = append(wiremessage.AppendMsgSectionType(body, wiremessage.SingleDocument), document...)
	if m.compressor != wiremessage.CompressorNoOp {
		opts := driver.CompressionOpts{Compressor: m.compressor, ZlibLevel: wiremessage.DefaultZlibLevel, ZstdLevel: wiremessage.DefaultZstdLevel}
		packed, err := driver.CompressPayload(body, opts)
		if err != nil {
			return 0, err
		}
		at, bytes := wiremessage.AppendHeaderStart(nil, id, responseTo, wiremessage.OpCompressed)
		bytes = wiremessage.AppendCompressedOriginalOpCode(bytes, wiremessage.OpMsg)
		bytes = wiremessage.AppendCompressedUncompressedSize(bytes, int32(len(body)))
		bytes = wiremessage.AppendCompressedCompressorID(bytes, m.compressor)
		return id, send(to, at, wiremessage.AppendCompressedCompressedMessage(bytes, packed))
	}
	at, bytes := wiremessage.AppendHeaderStart(nil, id, responseTo, wiremessage.OpMsg)
	bytes = append(bytes, body...)
	if checksum != 0 {
		binary.LittleEndian.PutUint32(bytes[at:], uint32(len(bytes)+4))
		bytes = binary.LittleEndian.AppendUint32(bytes, crc32.Checksum(bytes, castagnoli))
	}
	return id, send(to, at, bytes)
}

func send(to io.Writer, at int32, bytes []byte) error {
	binary.LittleEndian.PutUint32(bytes[at:], uint32(len(bytes)))
	_, err := to.Write(bytes)
	return err
}
