// The code in a label: the last part of its address, or the text itself. "" when it is no code. Pure.
export function codeOf(text) {
  const last = String(text).trim().replace(/[?#].*$/, "").replace(/\/+$/, "").split("/").pop();
  return /^[0-9A-Za-z]{4,32}$/.test(last) ? last : "";
}

