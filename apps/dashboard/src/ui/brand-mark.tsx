export function BrandMark() {
  return <img src="/favicon.svg" width={28} height={28} alt="" />;
}
