"""Closed lists that several columns share."""

USES = ("住宅", "公寓", "别墅", "商铺", "写字楼", "车位")
ORIENTATIONS = ("东", "南", "西", "北", "东南", "西南", "东北", "西北", "南北通透")
DECORATIONS = ("毛坯", "简装", "中装", "精装", "豪装")
PAYMENTS = ("全款", "商贷", "公积金", "组合贷")
WAYS = ("电话", "微信", "短信", "面谈", "邮件", "带看", "活动")
ROLES = ("经纪人", "助理", "权证员", "客服", "客户成功经理", "社区运营", "店长", "管理员")
CONSENTS = ("同意", "仅服务", "拒绝")
WEIGHTS = ("必须", "优先", "无所谓")
FROM_SIGNING = ("签约", "网签", "贷款", "缴税", "过户", "交房", "完结")
"""The states of a deal that has been signed."""
