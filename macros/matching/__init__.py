"""匹配: which listings suit a need, and which needs suit a listing, by one scorer.

Source: R70, R72, R84, F10, F12. The numbers stand in `macros.settings.Match`.

Who takes part. Needs whose 需求状态 is 有效 (or empty) and that state at least one of 预算, 区域, 面积, 户型; listings whose 状态 is 在售, 在租
or 议价中 and whose 核验 is not 虚假. 买 looks at 售 and 租售, 租 at 租 and 租售. Whether the client may be written to does not matter here.

Each criterion is in one of three states for a pair: it fits, it fails, or it cannot be told (unknown).
- 预算, 面积, 户型, 房龄, 地铁: a number within limits, both inclusive. Up to 弹性 beyond a limit (in percent of the limit, to a hundredth of a
  percent; not for 户型) it still fits, with 100 down to 50 % of the points. The price of 租售 is that of the sale: its rent is unknown.
- 区域: the listing's 小区, 商圈 or 区域 is named. Every finer level that the need names too and misses costs 20 % of the points.
- 朝向, 装修, 用途: one of those named; 南北通透 is also 南 and 北. 电梯, 车位: there is one. 楼层: every wish holds; a third of the floors each
  is 低, 中, 高. 学区: one of those named, 学位 未占. 税费: 持有年限 and 唯一 reach it, for 买 only. 避免: nothing named is there.
- 地铁 and 车位 have no column: 亮点, 稀缺标签 and 不利因素 tell them. 「近地铁」 is within `near_metro_m`, and tells nothing of shorter limits.
- Unknown: the listing does not say, or the need leaves 用途, 预算, 区域, 面积 or 户型 empty. What else it leaves empty does not count.

Importance. 必须 removes the pairs that fail, 优先 only gives points, 无所谓 does not count; empty: 必须 for those named in `must` of the
settings, else 优先. 用途 and 避免 are always 必须.

Score. 100 × points / points possible, to a tenth, halves up; a fit earns its weight, unknown `unknown_share` of it, a failure nothing.
What was refused again and again for one reason is one more wish (`refusals`): a listing that shares it ranks lower. What a 必须 of a
listed match hangs on and nobody knows is asked of the owner (`asked`). A need that finds nothing is told the cheapest change (`relax`).
A listing whose 不利因素 is empty is marked, and no message recommends it.
Order: score from high to low, then 房源ID (for a listing's needs: 需求ID) from low to high. Pairs whose 客户反馈 is 拒绝 are not offered again.
Of rows that share an id the first counts, and rows without an id do not take part.
"""

from macros.matching.outcome import match

__all__ = ["match"]
