import CLibvirt
import Fleet

/// libvirt's list of named, typed values, going in.
struct TypedParameters {
  private(set) var pointer: virTypedParameterPtr?
  private(set) var count: Int32 = 0
  private var capacity: Int32 = 0

  init() { precondition(LibvirtLibrary.isReady, "libvirt's client library starts") }

  mutating func add(_ name: String, _ value: String) { check(virTypedParamsAddString(&pointer, &count, &capacity, name, value)) }
  mutating func add(_ name: String, _ value: Int32) { check(virTypedParamsAddInt(&pointer, &count, &capacity, name, value)) }
  mutating func add(_ name: String, _ value: UInt64) { check(virTypedParamsAddULLong(&pointer, &count, &capacity, name, value)) }

  func free() { virTypedParamsFree(pointer, count) }

  private func check(_ status: Int32) { precondition(status == 0, "names are known and memory is there") }
}

/// A typed value coming out.
enum TypedValue: Sendable, Equatable {
  case number(Int)
  case real(Double)
  case text(String)

  /// All values of a list, by name.
  static func all(_ pointer: virTypedParameterPtr?, _ count: Int32) -> [String: TypedValue] {
    var values: [String: TypedValue] = [:]
    for index in 0..<Int(count) {
      guard var parameter = pointer?[index] else { break }
      let name = withUnsafeBytes(of: &parameter.field) { bytes in String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self) }
      values[name] = value(parameter)
    }
    return values
  }

  private static func value(_ parameter: virTypedParameter) -> TypedValue {
    switch virTypedParameterType(rawValue: UInt32(bitPattern: parameter.type)) {
    case VIR_TYPED_PARAM_INT: .number(Int(foreign: parameter.value.i))
    case VIR_TYPED_PARAM_UINT: .number(Int(foreign: parameter.value.ui))
    case VIR_TYPED_PARAM_LLONG: .number(Int(foreign: parameter.value.l))
    case VIR_TYPED_PARAM_ULLONG: .number(Int(foreign: parameter.value.ul))
    case VIR_TYPED_PARAM_DOUBLE: .real(parameter.value.d)
    case VIR_TYPED_PARAM_BOOLEAN: .number(Int(foreign: parameter.value.b))
    case VIR_TYPED_PARAM_STRING: .text(parameter.value.s.map { String(cString: $0) } ?? "")
    default: .text("")
    }
  }
}

extension [String: TypedValue] {
  func number(_ name: String) -> Int? {
    switch self[name] {
    case .number(let value): value
    case .real(let value): Int(foreign: value)
    default: nil
    }
  }
  func text(_ name: String) -> String? { if case .text(let value) = self[name] { value } else { nil } }
}
